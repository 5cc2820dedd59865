"""Terms of bills and refunds as dated data."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from yinling.kernel.home_fees import HomeFeeTerms
from yinling.rulebook.facts import BadRulebook


@lru_cache(maxsize=1)
def load() -> tuple[HomeFeeTerms, ...]:
    """All versions, oldest first. Raises BadRulebook."""
    found = []
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        try:
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            found.append(HomeFeeTerms(**{**data, "illustrative": tuple(data["illustrative"])}))
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
    return tuple(sorted(found, key=lambda t: t.valid_from))


def terms_on(day: date) -> HomeFeeTerms:
    """Those in force on `day`; before the first, the first."""
    versions = load()
    return next((t for t in reversed(versions) if t.valid_from <= day), versions[0])
