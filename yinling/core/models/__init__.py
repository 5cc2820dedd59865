from yinling.core.models.account import Account
from yinling.core.models.audit import AuditCheck, AuditEvent, AuditLane
from yinling.core.models.division import Division
from yinling.core.models.files import StoredFile
from yinling.core.models.keeping import BackupRun
from yinling.core.models.keys import KeyVersion
from yinling.core.models.ledger import LedgerAccount, LedgerEntry, LedgerLine
from yinling.core.models.machines import ApiAllowance, ApiKey, ApiRequest
from yinling.core.models.notice import Notice
from yinling.core.models.organisation import Organisation
from yinling.core.models.signing_in import Attempt, FormerPassword, PhoneCode

__all__ = [
    "Account",
    "ApiAllowance",
    "ApiKey",
    "ApiRequest",
    "Attempt",
    "AuditCheck",
    "AuditEvent",
    "AuditLane",
    "BackupRun",
    "Division",
    "FormerPassword",
    "KeyVersion",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerLine",
    "Notice",
    "Organisation",
    "PhoneCode",
    "StoredFile",
]
