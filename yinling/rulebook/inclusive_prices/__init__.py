"""Caps of inclusive prices as dated data: one YAML file each."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from yinling.kernel.home_fees import PriceCaps
from yinling.rulebook.facts import BadRulebook


@lru_cache(maxsize=1)
def load() -> dict[str, PriceCaps]:
    """All caps by id. Raises BadRulebook."""
    return {caps.id: caps for caps in map(read_caps, sorted(Path(__file__).parent.glob("*.yaml")))}


def caps_on(day: date) -> PriceCaps:
    """Those in force on `day`; before the first, the first."""
    versions = sorted(load().values(), key=lambda c: c.valid_from)
    return next((c for c in reversed(versions) if c.valid_from <= day), versions[0])


def read_caps(file: Path) -> PriceCaps:
    """The caps in `file`; amounts there in yuan. Raises BadRulebook."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        caps = {str(kind): int(yuan) * 100 for kind, yuan in data.pop("caps_yuan").items()}
        if any(fen <= 0 for fen in caps.values()):
            raise ValueError("上限应大于零")
        return PriceCaps(**data, caps_fen=caps)
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
