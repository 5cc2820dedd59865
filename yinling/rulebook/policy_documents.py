"""The documents that indicators cite; the list is policy_documents.yaml."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "policy_documents.yaml"


@dataclass(frozen=True)
class PolicyDocumentRow:
    """`key` is the document's number, or its title when it has none."""

    key: str
    title: str
    issuer: str
    issued_on: date | None
    starts_on: date


@lru_cache(maxsize=1)
def load() -> dict[str, PolicyDocumentRow]:
    return load_from(FILE)


def load_from(file: Path) -> dict[str, PolicyDocumentRow]:
    rows = [PolicyDocumentRow(**entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return {row.key: row for row in rows}
