from yinling.core.models.account import Account
from yinling.core.models.audit import AuditEvent, AuditLane
from yinling.core.models.division import Division
from yinling.core.models.files import StoredFile
from yinling.core.models.keeping import BackupRun
from yinling.core.models.machines import ApiAllowance, ApiKey, ApiRequest
from yinling.core.models.notice import Notice
from yinling.core.models.organisation import Organisation

__all__ = [
    "ApiAllowance",
    "ApiKey",
    "ApiRequest",
    "Account",
    "AuditEvent",
    "AuditLane",
    "BackupRun",
    "Division",
    "Notice",
    "Organisation",
    "StoredFile",
]
