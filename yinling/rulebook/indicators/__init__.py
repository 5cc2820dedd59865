"""Every target of the policy documents as an indicator: one YAML file each, read strictly.

`docs/rules/indicators.md` says how to write one. A mistake is refused with the file, the field and the
remedy; nothing is guessed.
"""

from functools import lru_cache
from pathlib import Path

from yinling.kernel.indicators import Indicator
from yinling.rulebook import facts, policy_documents
from yinling.rulebook.indicators.reading import read_indicator
from yinling.rulebook.policy_documents import PolicyDocumentRow

_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def load() -> dict[str, Indicator]:
    """All indicators by id, in the order of the documents' clauses, context statistics last."""
    return load_from(_HERE, facts.load(), policy_documents.load())


def load_from(
    folder: Path, views: dict[str, facts.View], documents: dict[str, PolicyDocumentRow]
) -> dict[str, Indicator]:
    """The indicators in `folder`, over `views`. Raises BadRulebook."""
    types = {view.id: view.types for view in views.values()}
    order = list(documents)
    read = [read_indicator(file, types, documents) for file in sorted(folder.glob("*.yaml"))]
    read.sort(key=lambda i: (i.is_context, *_position(i, order), i.id))
    return {indicator.id: indicator for indicator in read}


def _position(indicator: Indicator, order: list[str]) -> tuple[int, int]:
    if not indicator.clauses:
        return (len(order), 0)
    first = indicator.clauses[0]
    return (order.index(first.document), first.measure)


def files() -> dict[str, bytes]:
    """The rulebook files that decide values, by the path at which a snapshot keeps them."""
    kept = {f"indicators/{file.name}": file.read_bytes() for file in sorted(_HERE.glob("*.yaml"))}
    for file in (facts.FILE, policy_documents.FILE):
        kept[file.name] = file.read_bytes()
    return kept


def load_frozen(folder: Path) -> dict[str, Indicator]:
    """The indicators as `files()` once wrote them below `folder`."""
    views = facts.load_from(folder / facts.FILE.name)
    documents = policy_documents.load_from(folder / policy_documents.FILE.name)
    return load_from(folder / "indicators", views, documents)
