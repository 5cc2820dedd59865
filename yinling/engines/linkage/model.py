"""The comparisons: three questions about a pair, each answered with one of several levels.

Levels are tried in order, the first that holds answers. Answers that are not independent (a family shares address,
phone and surname; twins share all but a digit of the number) stand in one comparison, so that the independence that
the method assumes between comparisons is nearly true.
"""

from dataclasses import dataclass
from typing import Any

from yinling.kernel.linkage import Parameters

# The serial of a number is its 15th to 17th character; the 18th is computed and proves nothing.
_BOTH = "number_l IS NOT NULL AND number_r IS NOT NULL"
_HEAD = "left(number_l, 14) = left(number_r, 14)"
_SERIAL = "substr(number_l, 15, 3) = substr(number_r, 15, 3)"
_SERIAL_NEAR = "damerau_levenshtein(substr(number_l, 15, 3), substr(number_r, 15, 3)) = 1"
_FIRST_L, _FIRST_R = "left(number_l, length(number_l) - 1)", "left(number_r, length(number_r) - 1)"
_SAME_NAME = "sound_l = sound_r"
_PHONE = "phone_l = phone_r"
_PLACE = "(place_l = place_r AND village_l = village_r)"


@dataclass(frozen=True)
class Level:
    """One answer. `per_person`: unrelated people of whom it holds come in proportion to the people (families,
    twins), not to the pairs, so its share falls as the registry grows."""

    name: str
    condition: str
    per_person: bool = False
    frequency_of: str = ""  # a rare value says more: the column whose frequencies adjust the weight


@dataclass(frozen=True)
class Comparison:
    name: str
    unknown: str  # without this column nothing is known, and the comparison says nothing
    levels: tuple[Level, ...]  # the last one holds for all the rest


COMPARISONS = (
    Comparison(
        "name",
        "name",
        (
            Level("same", "name_l = name_r", frequency_of="name"),
            Level("homophone", "sound_l = sound_r", frequency_of="sound"),
            Level("near", "damerau_levenshtein(name_l, name_r) = 1"),
            Level("surname", "left(name_l, 1) = left(name_r, 1)"),
            Level("other", "ELSE"),
        ),
    ),
    Comparison(
        "identity",
        "born",
        (
            Level("same", "number_l = number_r"),
            Level("typo", f"{_BOTH} AND {_SERIAL} AND damerau_levenshtein({_FIRST_L}, {_FIRST_R}) = 1"),
            Level("serial", f"{_BOTH} AND {_HEAD} AND {_SERIAL_NEAR} AND {_SAME_NAME}"),
            Level("twin", f"{_BOTH} AND {_HEAD} AND {_SERIAL_NEAR}", per_person=True),
            Level("typos", f"{_BOTH} AND NOT {_HEAD} AND damerau_levenshtein({_FIRST_L}, {_FIRST_R}) <= 2"),
            Level("birth", f"{_BOTH} AND left(number_l, 6) = left(number_r, 6) AND {_SERIAL}"),
            Level("area", f"{_BOTH} AND born_l = born_r AND {_SERIAL}"),
            Level("same_day", f"{_BOTH} AND {_HEAD}"),
            Level("no_number", f"NOT ({_BOTH}) AND born_l = born_r AND sex_l = sex_r"),
            Level("no_number_near", f"NOT ({_BOTH}) AND damerau_levenshtein(born_l, born_r) = 1"),
            Level("born", "born_l = born_r AND sex_l = sex_r"),
            Level("born_near", "damerau_levenshtein(born_l, born_r) = 1 AND sex_l = sex_r"),
            Level("other", "ELSE"),
        ),
    ),
    Comparison(
        "contact",
        "village",
        (
            Level("relatives", f"NOT ({_SAME_NAME}) AND ({_PHONE} OR {_PLACE})", per_person=True),
            Level("both", f"{_PHONE} AND {_PLACE}"),
            Level("phone", _PHONE),
            Level("place", _PLACE),
            Level("phone_near", "damerau_levenshtein(phone_l, phone_r) = 1"),
            Level("village", "village_l = village_r"),
            Level("town", "town_l = town_r"),
            Level("other", "ELSE"),
        ),
    ),
)

# Only pairs that agree on one of these are compared at all. Each keeps its groups small at 900,000 people, and
# whatever one mistake breaks, another rule still holds.
BLOCKS = (
    "l.number = r.number",
    "l.name = r.name AND l.born = r.born",
    "l.sound = r.sound AND l.village = r.village",
    "l.sound = r.sound AND left(l.born, 4) = left(r.born, 4) AND l.town = r.town",
    "l.sound = r.sound AND substr(l.born, 5) = substr(r.born, 5)",
    "l.phone = r.phone",
    "left(l.number, 14) = left(r.number, 14)",
    "substr(l.number, 7, 11) = substr(r.number, 7, 11)",
    "left(l.number, 6) = left(r.number, 6) AND substr(l.number, 15, 3) = substr(r.number, 15, 3) AND l.sound = r.sound",
    "left(l.number, 10) = left(r.number, 10) AND substr(l.number, 13, 5) = substr(r.number, 13, 5)",
    "left(l.number, 6) = left(r.number, 6) AND substr(l.number, 11, 7) = substr(r.number, 11, 7)",
    "l.place = r.place AND l.village = r.village AND left(l.sound, 2) = left(r.sound, 2)",
)

_FEWEST = 20_000


def settings(parameters: Parameters, people: int) -> dict[str, Any]:
    """Splink's settings for a registry of so many people. Few people (a village) are weighed as those of a town:
    the fitted shares mean nothing among a handful."""
    people = max(people, _FEWEST)
    scale = parameters.people / max(people, 2)
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": min(2 * parameters.twice / max(people, 2), 0.5),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in BLOCKS
        ],
        "comparisons": [_comparison(c, parameters, scale) for c in COMPARISONS],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
        "sql_dialect": "duckdb",
    }


def _comparison(comparison: Comparison, parameters: Parameters, scale: float) -> dict[str, Any]:
    unknown = f"{comparison.unknown}_l IS NULL OR {comparison.unknown}_r IS NULL"
    levels: list[dict[str, Any]] = [
        {"sql_condition": unknown, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for level in comparison.levels:
        m, u = parameters.m[comparison.name][level.name], parameters.u[comparison.name][level.name]
        described: dict[str, Any] = {
            "sql_condition": level.condition,
            "label_for_charts": level.name,
            "m_probability": m,
            "u_probability": min(u * scale, 0.5) if level.per_person else u,
        }
        if level.frequency_of:
            described |= {"tf_adjustment_column": level.frequency_of, "tf_adjustment_weight": 1.0}
            described["tf_minimum_u_value"] = 1e-5
        levels.append(described)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
