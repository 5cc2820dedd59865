"""The audit trail: `record` and `record_all` write it, `verifying` proves it whole, `anchors` keep its ends elsewhere."""

from yinling.core.audit.writing import Act, record, record_all

__all__ = ["Act", "record", "record_all"]
