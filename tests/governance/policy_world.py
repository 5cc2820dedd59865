"""Policy documents and units for tests of the ledger."""

from pathlib import Path
from types import SimpleNamespace

from tests.world import AT
from yinling.core.access.roles import Role
from yinling.governance.models import Measure, PolicyDocument
from yinling.governance.operations.documents import import_document

POLICIES = Path(__file__).resolve().parent.parent.parent / "yinling" / "demo" / "policies"

SHORT = """威海市养老服务若干措施

威政办字〔2026〕9号

一、设施

1. 建设智慧养老院。2025年底前，建设7家以上达到标准规范的智慧养老院。（市民政局负责）

2. 提供上门服务。2026年底前，60%以上养老机构开展居家上门服务。2026年底前，出台上门服务规范。（市民政局牵头，市财政局、卫生健康委配合）

二、其他

3. 引导多元参与。鼓励社会资本进入养老服务市场。（市民政局、国资委负责）

4. 优化服务环境。简化办事流程，方便群众办理。（市财政局负责）
"""


def read(world: SimpleNamespace, text: str = SHORT, name: str = "措施.txt") -> PolicyDocument:
    return import_document(data=text.encode(), filename=name, by=world.accounts[Role.CITY_BUREAU], at=AT)


def measure(document: PolicyDocument, number: int) -> Measure:
    return document.measures.get(number=number, is_safeguard=False)
