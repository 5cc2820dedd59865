"""The audit trail: list, export, verification."""

from tests.sweeps.table import Row
from yinling.core.access.permissions import Permission as P

ROWS = [
    Row("registry:audit", P.VIEW_AUDIT, query="verb=create&person=202600000001"),
    Row("registry:audit_export", P.VIEW_AUDIT),
    Row("registry:audit_checks", P.VERIFY_AUDIT),
    Row("registry:audit_check_new", P.VERIFY_AUDIT, data=lambda w: {}, status=303),
]
