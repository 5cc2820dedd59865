"""The waiting list of a city: 20,000 applicants ranked anew, wanted in under 1 s."""

from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

from yinling.engines.queueing.ordering import Applicant, order
from yinling.rulebook.waiting_lists import load

APPLICANTS = 20_000
LIMIT_S = 1.0


def main() -> None:
    rng = Random(1)
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    for policy in load().values():
        facts = sorted(frozenset().union(*(group for c in policy.classes for group in c.needs)))
        people = [
            Applicant(
                f"S{i:06d}",
                frozenset(rng.sample(facts, rng.randint(0, 3))),
                rng.randint(0, 4),
                rng.randint(60, 104),
                begun + timedelta(minutes=rng.randrange(400_000)),
            )
            for i in range(APPLICANTS)
        ]
        started = process_time()
        order(policy, people)
        taken = process_time() - started
        verdict = "PASS" if taken < LIMIT_S else "MISS"
        print(f"{policy.id}: {APPLICANTS:,} applicants in {taken:.2f} s, limit {LIMIT_S} s: {verdict}")


if __name__ == "__main__":
    main()
