"""Standard texts of contracts as dated data: one YAML file for each version."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from yinling.kernel.contracts import Article, ContractText, Party
from yinling.rulebook.facts import BadRulebook

# Every blank that a text may have; who fills one gives them all.
BLANKS = frozenset(
    {
        "number",
        "home",
        "operator",
        "home_address",
        "home_phone",
        "resident",
        "file_number",
        "signer",
        "relation",
        "signed_on",
        "stay_since",
        "stay_kind",
        "bed",
        "bed_kind",
        "care_level",
        "meal_plan",
        "price_version",
        "price_table",
        "away_terms",
        "monthly_total",
        "deposit",
        "deposit_cap",
        "deposit_months",
        "prepaid_months",
        "prepaid_cap",
        "bill_due_days",
        "refund_due_days",
        "price_notice_days",
        "custody_note",
    }
)


@lru_cache(maxsize=1)
def load() -> dict[tuple[str, str], ContractText]:
    """All texts by id and version."""
    texts = map(read_text, sorted(Path(__file__).parent.glob("*.yaml")))
    return {(text.id, text.version): text for text in texts}


def latest(id: str) -> ContractText:
    """The newest version. Raises BadRulebook."""
    found = [text for text in load().values() if text.id == id]
    if not found:
        raise BadRulebook(f"没有编号为“{id}”的合同文本。")
    return max(found, key=lambda text: text.valid_from)


def read_text(file: Path) -> ContractText:
    """The text in `file`. Raises BadRulebook, also for a blank that nobody fills."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        text = ContractText(
            **{
                **data,
                "version": str(data["version"]),
                "parties": tuple(Party(p["label"], tuple(p["lines"])) for p in data["parties"]),
                "articles": tuple(Article(a["title"], tuple(a["clauses"])) for a in data["articles"]),
                "closing": tuple(data["closing"]),
            }
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
    written = [
        *text.closing,
        *(x for p in text.parties for x in p.lines),
        *(c for a in text.articles for c in a.clauses),
    ]
    unknown = {blank for line in written for blank in re.findall(r"\{(.*?)\}", line)} - BLANKS
    if unknown:
        raise BadRulebook(f"{file.name}：没有这些填写项：{'、'.join(sorted(unknown))}。")
    return text
