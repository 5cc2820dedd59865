"""How long reading a policy document takes, beside one regular-expression scan of the same text as a yardstick.

Run `python -m bench.policytext` or `python bench/policytext.py`; prints a table to stdout.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from yinling.engines.policytext import parse, read_file

FOLDER = Path(__file__).parents[1] / "yinling" / "demo" / "policies"
SCAN = re.compile(
    r"[（(][^（）()]*(?:负责|牵头|配合|单位[:：])[^（）()]*[)）]|\d+(?:\.\d+)?\s*(?:%|[万亿]?[一-龥])|\d{4}\s*年底?前?"
)
ROUNDS = 15


def median_ms(work: Callable[[], object]) -> float:
    """Median wall time of `work` in milliseconds over `ROUNDS` runs, one warm-up run before them."""
    work()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Print one line a document."""
    print(
        f"{'document':<44}{'KB':>7}{'measures':>10}{'targets':>9}{'median ms':>11}{'ms/KB':>8}{'x scan':>9}"
    )
    for path in sorted(FOLDER.glob("*.txt")):
        text = read_file(path)
        document = parse(text)
        targets = sum(len(measure.targets) for measure in document.measures)
        size = len(text.encode()) / 1024
        parsing = median_ms(lambda text=text: parse(text))
        scan = median_ms(lambda text=text: SCAN.findall(text))
        print(
            f"{path.stem:<44}{size:>7.1f}{len(document.measures):>10}{targets:>9}"
            f"{parsing:>11.1f}{parsing / size:>8.2f}{parsing / scan:>9.0f}"
        )


if __name__ == "__main__":
    main()
