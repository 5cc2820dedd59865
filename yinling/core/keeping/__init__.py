"""Keeping the installation: backups that were proved by restoring them, and restoring without half a database.

A backup is a folder `yinling-<UTC time>`: `database.dump` (pg_dump's custom format, one snapshot), `files.tar`,
`snapshots.tar`, and `manifest.json`, written last. While it is being made the folder ends in `.partial`.
The keys of sealed columns are never in it.
"""
