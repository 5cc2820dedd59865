"""Scoring of answer sheets: 100,000 sheets of each instrument, wanted in under 2 s."""

from random import Random
from time import process_time

from yinling.engines.assessment.scoring import score
from yinling.rulebook.instruments import load

SHEETS = 100_000
LIMIT_S = 2.0


def main() -> None:
    for instrument in load().values():
        rng = Random(1)
        options = [(item.code, sorted(item.by_score)) for item in instrument.items]
        sheets = [{code: rng.choice(scores) for code, scores in options} for _ in range(SHEETS)]
        began = process_time()
        for sheet in sheets:
            score(instrument, sheet)
        taken = process_time() - began
        verdict = "PASS" if taken < LIMIT_S else "MISS"
        print(f"{instrument.id}: {SHEETS:,} sheets in {taken:.2f} s, limit {LIMIT_S} s: {verdict}")


if __name__ == "__main__":
    main()
