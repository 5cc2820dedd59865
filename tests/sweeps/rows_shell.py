"""Pages of the house itself, and the published policies."""

from types import SimpleNamespace

from tests.sweeps.table import Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.core.models import StoredFile
from yinling.governance.models import PolicyDocument


def build(world: SimpleNamespace) -> None:
    """A published document of its own, whatever the other areas do with theirs."""
    file = StoredFile.objects.create(
        name="公开.txt", content_type="text/plain", size=1, sha256="f" * 64, stored_at=AT
    )
    world.published = PolicyDocument.objects.create(
        key="published", title="公开的养老政策", file=file, text="", read_at=AT, published_at=AT
    )


ROWS = [
    Row("shell:front", None),
    Row("shell:about", None),
    Row("shell:elder_mode", None, status=302),
    Row("shell:healthz", None),
    Row("shell:home", None, signed_in_only=True),
    Row("shell:notices", None, signed_in_only=True),
    Row("shell:my_notices", P.VIEW_OWN_FILE),
    Row("governance:policies", None),
    Row("governance:policy", None, args=lambda world: {"pk": world.published.pk}),
]
