"""Duplicates: recall and precision of the linkage on generated mistakes, beside a plain comparison of exact fields.

`python -m bench.duplicates [--people 100000] [--fit]`. The parameters and the threshold were fitted on another seed with
another mixture of mistakes (`--fit` writes them anew); nothing of the population measured here was seen before.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import yaml

from bench import _people_with_duplicates as made
from yinling.engines.linkage.matching import connect, find_pairs, load, predict
from yinling.engines.linkage.model import COMPARISONS
from yinling.engines.linkage.records import Record
from yinling.kernel.linkage import Parameters
from yinling.rulebook import linkage

SHARE = 0.05
FIT_SEED, FIT_PEOPLE, MEASURE_SEED = 11, 100_000, 29
BAR_RECALL, BAR_PRECISION = 0.95, 0.99
FILE = Path(linkage.__file__).with_name("linkage.yaml")


def records(files: Iterable[made.Made]) -> Iterator[Record]:
    for i, f in enumerate(files):
        yield Record(
            i, f.name, f.number, f"{f.born:%Y%m%d}", "male" if f.male else "female", f.phone, f.address,
            f"1/{f.town % 7 + 2}/{f.town + 100}/{f.village + 1000}/",
        )  # fmt: skip


def truth(files: list[made.Made]) -> set[tuple[int, int]]:
    first: dict[int, int] = {}
    return {(first[f.who], i) for i, f in enumerate(files) if first.setdefault(f.who, i) != i}


def naive(files: list[made.Made]) -> set[tuple[int, int]]:
    """One identity number, or one name and birth date: what most systems look for."""
    found: set[tuple[int, int]] = set()
    for key in (lambda f: f.number, lambda f: (f.name, f.born)):
        groups: dict[object, list[int]] = {}
        for i, f in enumerate(files):
            if f.number or key(f) != "":
                groups.setdefault(key(f), []).append(i)
        found |= {(a, b) for g in groups.values() for n, a in enumerate(g) for b in g[n + 1 :]}
    return found


def score(found: set[tuple[int, int]], real: set[tuple[int, int]]) -> tuple[float, float]:
    """(recall, precision)"""
    right = len(found & real)
    return right / len(real), right / max(len(found), 1)


def recall_at(
    pairs: list[tuple[float, tuple[int, int]]], real: set[tuple[int, int]], precision: float
) -> tuple[float, float]:
    """Best recall among thresholds of at least this precision, and that threshold."""
    right, best, at = 0, 0.0, float("inf")
    for n, (weight, pair) in enumerate(pairs, 1):
        right += pair in real
        ties = n < len(pairs) and pairs[n][0] == weight
        if not ties and right / n >= precision:
            best, at = right / len(real), weight
    return best, at


def measure(people: int, seed: int, memory_mb: int) -> bool:
    files = made.with_duplicates(made.population(people, seed), SHARE, made.MEASURING, seed)
    real = truth(files)
    parameters = linkage.load()
    begun, cpu = time.perf_counter(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = list(find_pairs(records(files), parameters, at_least=-10, memory_mb=memory_mb))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pairs = [(p.weight, (p.left, p.right)) for p in found]
    recall, precision = score({p for w, p in pairs if w >= parameters.sure_weight}, real)
    review, review_precision = score({p for w, p in pairs if w >= parameters.review_weight}, real)
    best, at = recall_at(pairs, real, BAR_PRECISION)
    plain, plain_precision = score(naive(files), real)
    print(f"  {len(files):,} files, {len(real):,} of them second ones; parameters {parameters.version}")
    print(f"  {'':34}{'recall':>8}{'precision':>11}")
    print(f"  {f'linkage, sure (>= {parameters.sure_weight:.1f} bits)':34}{recall:8.4f}{precision:11.4f}")
    print(
        f"  {f'linkage, review (>= {parameters.review_weight:.1f} bits)':34}{review:8.4f}{review_precision:11.4f}"
    )
    print(f"  {f'best at precision 0.99 ({at:.1f} bits)':34}{best:8.4f}{BAR_PRECISION:11.4f}")
    print(f"  {'plain: same number, or name and day':34}{plain:8.4f}{plain_precision:11.4f}")
    print(
        f"  {took:.1f} s ({cpu:.1f} s of processor), peak {peak:.0f} MB resident (before the linkage {before:.0f} MB)"
    )
    passed = recall >= BAR_RECALL and precision >= BAR_PRECISION
    print(
        f"  {'PASS' if passed else 'MISS'}: recall {recall:.4f} at precision {precision:.4f}; bar {BAR_RECALL} at {BAR_PRECISION}"
    )
    return passed


def fit(people: int, seed: int) -> None:
    """Count how often each answer is given for pairs of one person and for pairs of two, and choose thresholds."""
    files = made.with_duplicates(made.population(people, seed), SHARE, made.FITTING, seed)
    real = truth(files)
    n = len(files)
    even = {c.name: {level.name: 1 / len(c.levels) for level in c.levels} for c in COMPARISONS}
    start = Parameters("fitting", n, SHARE, 0.0, 0.0, even, even)
    m: dict[str, dict[str, float]] = {}
    u: dict[str, dict[str, float]] = {}
    with connect(6_000) as db:
        load(db, records(files))
        db.execute("CREATE TABLE truth (l BIGINT, r BIGINT)")
        db.executemany("INSERT INTO truth VALUES (?, ?)", sorted(real))
        blocked = predict(db, start, n, at_least=None)
        columns = ", ".join(
            f"l.{f} {f}_l, r.{f} {f}_r"
            for f in ("name", "sound", "number", "born", "sex", "phone", "place", "village", "town")
        )
        db.execute(
            f"CREATE TABLE same AS SELECT {columns} FROM truth JOIN people l ON l.id = truth.l JOIN people r ON r.id = truth.r"
        )
        db.execute(
            f"CREATE TABLE chance AS SELECT {columns} FROM (SELECT row_number() OVER (ORDER BY hash(id, k)) n, id FROM people, range(30) t(k)) a "
            f"JOIN people l ON l.id = a.id JOIN (SELECT row_number() OVER (ORDER BY hash(id + 7, k + 40)) n, id FROM people, range(30) t(k)) b ON a.n = b.n "
            "JOIN people r ON r.id = b.id WHERE l.id <> r.id"
        )
        print(f"  blocked pairs {db.execute(f'SELECT count(*) FROM {blocked}').fetchone()[0]:,}")
        missed = db.execute(
            f"SELECT count(*) FROM truth ANTI JOIN {blocked} b ON b.id_l = truth.l AND b.id_r = truth.r"
        ).fetchone()[0]
        print(f"  true pairs not compared {missed} of {len(real)}")
        for c in COMPARISONS:
            case = (
                "CASE "
                + " ".join(
                    f"WHEN {level.condition} THEN {i}" if level.condition != "ELSE" else f"ELSE {i}"
                    for i, level in enumerate(c.levels)
                )
                + " END"
            )
            same = dict(db.execute(f"SELECT {case} a, count(*) FROM same GROUP BY a").fetchall())
            chance = dict(db.execute(f"SELECT {case} a, count(*) FROM chance GROUP BY a").fetchall())
            rare = dict(db.execute(
                f"SELECT {len(c.levels) - 1} - gamma_{c.name} a, count(*) FROM {blocked} b ANTI JOIN truth ON b.id_l = truth.l AND b.id_r = truth.r GROUP BY a"
            ).fetchall())  # fmt: skip
            drawn, pairs = sum(chance.values()), n * (n - 1) / 2
            m[c.name], u[c.name] = {}, {}
            for i, level in enumerate(c.levels):
                m[c.name][level.name] = float(
                    f"{(same.get(i, 0) + 0.5) / (len(real) + 0.5 * len(c.levels)):.3g}"
                )
                # What chance seldom gives is counted among the pairs compared: there all of it is.
                share = (
                    chance.get(i, 0) / drawn if chance.get(i, 0) >= 100 else (rare.get(i, 0) + 0.5) / pairs
                )
                u[c.name][level.name] = float(f"{share:.3g}")
    version = f"{date.today():%Y-%m-%d}"  # noqa: DTZ011 - a label, not a moment
    parameters = Parameters(version, n, SHARE, 0.0, 0.0, m, u)
    pairs_found = [
        (p.weight, (p.left, p.right))
        for p in find_pairs(records(files), parameters, at_least=-10, memory_mb=6_000)
    ]
    best, sure = recall_at(pairs_found, real, 0.994)
    right = sorted((w for w, pair in pairs_found if pair in real), reverse=True)
    review = right[min(round(len(real) * 0.998), len(right) - 1)]  # nearly all that can be found
    print(f"  recall {best:.4f} at precision 0.994 from {sure:.2f} bits on the fitting seed")
    text = FILE.read_text()
    head = text[: text.index("version:")] if "version:" in text else ""
    values = {
        "version": version, "people": n, "twice": SHARE,
        "sure_weight": round(sure, 1), "review_weight": round(min(review, sure - 4), 1), "m": m, "u": u,
    }  # fmt: skip
    FILE.write_text(head + yaml.safe_dump(values, allow_unicode=True, sort_keys=False))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=MEASURE_SEED)
    parser.add_argument("--memory", type=int, default=2_500, metavar="MB")
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    if given.fit:
        fit(given.people, FIT_SEED)
    return 0 if measure(given.people, given.seed, given.memory) else 1


if __name__ == "__main__":
    sys.exit(main())
