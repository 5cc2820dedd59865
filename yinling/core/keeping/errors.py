"""What can go wrong with a backup, each with what to do."""

from yinling.kernel.errors import DomainError


class ToolMissing(DomainError):
    """No pg_dump or pg_restore that is new enough for the server."""


class ToolFailed(DomainError):
    """pg_dump or pg_restore ended with an error."""


class BackupRunning(DomainError):
    """Another process is backing up this database."""


class BackupDamaged(DomainError):
    """Not a whole backup, or a file of it differs from what was written."""


class BackupNotProved(DomainError):
    """Restored into a scratch database, the backup gave other rows than the database had."""


class KeysMissing(DomainError):
    """This installation lacks a key that the backup's sealed columns need."""


class BackupTooNew(DomainError):
    """Made by a later version of this program."""


class DatabaseNotEmpty(DomainError):
    """Restoring would replace rows and nobody said that it should."""


class DatabaseInUse(DomainError):
    """Other processes are connected to the database that is to be replaced."""


class MayNotCreateDatabases(DomainError):
    """The database role may not create databases, which both proving and restoring need."""
