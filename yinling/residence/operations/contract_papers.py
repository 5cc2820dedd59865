"""The contract as a file to be signed. Each copy is noted: it holds names."""

from datetime import datetime

from django.db import transaction

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.letters.papers import PDF, WORD, print_paper, write_paper
from yinling.core.models import Account
from yinling.residence.checks import require_home
from yinling.residence.fees.contract_paper import paper_of
from yinling.residence.models import Contract


@transaction.atomic
def print_contract(
    *, contract: Contract, pdf: bool, by: Account | None, at: datetime
) -> tuple[str, str, bytes]:
    """(file name, content type, bytes) of the version in force last. Raises OutOfScope."""
    require_home(by, Permission.VIEW_FEES, contract.stay.place)
    version = contract.versions.select_related("prices").order_by("-valid_from").first()
    paper = paper_of(contract, version, version.made_at)
    data = print_paper(paper) if pdf else write_paper(paper)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="print_contract",
        subject=contract,
        after={"合同编号": contract.number, "版次": version.number, "格式": "PDF" if pdf else "Word"},
    )
    name = f"服务合同{contract.number}.{'pdf' if pdf else 'docx'}"
    return name, PDF if pdf else WORD, data
