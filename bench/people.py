"""Search and lists of people at 900,000, as an HTTP client sees them, beside what most would write.

One granian worker serves this house, another by turns the stock Django admin changelist, a stock Django REST framework
list and an icontains search over the same table. Printed for each kind of request: median and 95th percentile, and
core-ms, the processor time of the web worker and of every PostgreSQL process together, which other load on the machine
hardly changes. Ratios are of core-ms, measured in the same run, like with like: a first page, a page deep in the list
and a page of those who live alone beside the admin's of the same; the first two beside DRF's, which has no filter of
its own and tells of each person what our list tells, related rows fetched together; the mean of all our kinds of search
beside icontains. Before a kind is measured each of its paths is asked, of us and of the peers. That more than a thousand
fit is kept for a minute by our lists, which the peers count anew: that is part of what is compared. The mean of all our
kinds of list, rarer filters too, is printed with the ratios that they would make. Ends with 1 on a miss.
"""

import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.pages import free_port, wait_for
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.registry.models import Person

PEOPLE = 900_000
LIST_MS, SEARCH_MS = 150.0, 60.0
ADMIN, REST, ICONTAINS = 1 / 25, 1 / 8, 1 / 80
SAMPLES = int(os.environ.get("SAMPLES", "60"))
PEER_SAMPLES = int(os.environ.get("PEER_SAMPLES", "8"))
ROUNDS = 3
WARM_UP = 5
_TICKS = os.sysconf("SC_CLK_TCK")
_HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Kind:
    """Requests of one kind, taken in turn."""

    name: str
    role: Role
    paths: list[str]
    htmx: bool = False


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    median: float
    p95: float
    core: float


class Meter:
    """Processor seconds of the web server and of PostgreSQL so far, those of parallel workers that have ended
    among them: a count over the whole table is mostly theirs."""

    def __init__(self, server: int) -> None:
        self.server = server
        pid_file = settings.VAR / "pg" / "postmaster.pid"
        self.postmaster = int(pid_file.read_text().split()[0]) if pid_file.exists() else None

    def seconds(self) -> float:
        roots = {self.server, self.postmaster}
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
                own, parent = int(stat.parent.name), int(fields[1])
                if own in roots:  # children that it has waited for
                    total += (int(fields[13]) + int(fields[14])) * 1_000_000_000 // _TICKS
                if own in roots or parent in roots:
                    total += sum(int(t.read_text().split()[0]) for t in stat.parent.glob("task/*/schedstat"))
            except (OSError, ValueError):  # it ended meanwhile
                continue
        return total / 1e9


class Visitor:
    """One keep-alive connection with the session of an account."""

    def __init__(self, port: int, account: Account) -> None:
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(account)
        self.headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}; elder=0"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def get(self, path: str, htmx: bool = False) -> float:
        """Milliseconds until the last byte; anything but 200 is an error."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers | (_HTMX if htmx else {}))
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}: {body[:300]!r}")
        return (time.perf_counter() - begun) * 1000


@contextmanager
def served(settings_module: str) -> Iterator[tuple[int, Meter]]:
    """One granian worker on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", "2", "--port", str(port), "--log-level", "error"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings_module, "YINLING_TEST": "1"}
    quiet = subprocess.DEVNULL  # the log says every request
    command = [*command, "yinling.site.wsgi:application"]
    server = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    try:
        wait_for(port)
        yield port, Meter(server.pid)
    finally:
        server.terminate()
        server.wait()


def measure(visitor: Visitor, meter: Meter, kind: Kind, samples: int) -> Times:
    """After each path was asked once, and WARM_UP times at least: the kind before has left the caches its own."""
    visitor.connection.close()  # the first request opens it anew: what idled meanwhile the server has closed
    for n in range(max(WARM_UP, min(samples, len(kind.paths)))):
        visitor.get(kind.paths[n % len(kind.paths)], kind.htmx)
    before = meter.seconds()
    times = sorted(visitor.get(kind.paths[n % len(kind.paths)], kind.htmx) for n in range(samples))
    core = (meter.seconds() - before) * 1000 / samples
    return Times(statistics.median(times), times[int(0.95 * (len(times) - 1) + 0.5)], core)


def _list(**query: str) -> str:
    return f"/office/people/?{urlencode(query)}"


def list_kinds(accounts: dict[Role, Account], some: list[Person]) -> list[Kind]:
    city, district, village = Role.CITY_BUREAU, Role.DISTRICT_BUREAU, Role.VILLAGE_WORKER
    deep = [f"{p.division_path}|{p.pk}" for p in some]
    towns = [p.division.parent.code for p in some if p.division.parent]
    categories = ["destitute", "disabled_elder", "dementia", "living_alone", "advanced_age", "low_income"]
    return [
        Kind("list, first page, city", city, [_list()]),
        Kind("list, first page, district", district, [_list()]),
        Kind("list, first page, village", village, [_list()]),
        Kind("list, deep in the pages", city, [_list(after=key) for key in deep]),
        Kind("list of a town", city, [_list(division=code) for code in towns]),
        Kind("list by category", city, [_list(category=c) for c in categories]),
        Kind("list by category, district", district, [_list(category=c) for c in categories]),
        Kind("list by age", city, [_list(ages=a) for a in ("60-69", "80-89", "90-99", "100", "all")]),
        Kind("list of those who live alone", city, [_list(living="alone")]),
        Kind("list by living", city, [_list(living=v) for v in ("alone", "institution", "with_spouse")]),
        Kind("list by sex and age", city, [_list(sex=s, ages="90-99") for s in ("male", "female")]),
        Kind("list of the dead, moved, missing", city, [_list(state=s) for s in ("deceased", "moved_away", "missing")]),
        Kind("list by rare combinations", city, _rare()),
        Kind("list by insurance", city, [_list(insurance=i) for i in ("employee", "resident", "unknown")]),
        Kind("list with words", city, [_list(text=w) for w in ("王", "wjg", "建国", "3456", "王 3456")]),
        Kind("list with words and filters", city, [_list(text="王", category="destitute"), _list(text="国", ages="100")]),
    ]  # fmt: skip


def _rare() -> list[str]:
    return [
        _list(category="destitute", ages="100"),
        _list(category="family_planning_special", living="institution", sex="male"),
        _list(category="dementia", living="alone", ages="90-99", sex="male"),
        _list(ages="100", living="with_spouse"),
        _list(state="missing", category="destitute"),
        _list(category="low_income_marginal", ages="100", state="deceased"),
    ]


def search_kinds(some: list[Person], numbers: dict[int, str]) -> list[Kind]:
    asked = {
        "whole name": [p.name for p in some],
        "part of a name": [p.name[1:] for p in some] + [p.name[:2] for p in some],
        "surname": list(dict.fromkeys(p.name[0] for p in some)),
        "pinyin": [p.pinyin.replace(" ", "") for p in some],
        "pinyin, still typing": [p.pinyin.replace(" ", "")[:-2] for p in some if len(p.pinyin) > 6],
        "initials": ["".join(s[0] for s in p.pinyin.split()) for p in some],
        "last four": [numbers[p.pk][-4:] for p in some],
        "whole telephone": [p.phone for p in some if p.phone],
        "whole identity number": [numbers[p.pk] for p in some[:10]],
        "file number": [p.file_number for p in some],
        "surname and last four": [f"{p.name[0]} {numbers[p.pk][-4:]}" for p in some],
        "initials and village": [
            f"{''.join(s[0] for s in p.pinyin.split())} {p.division.name[:2]}" for p in some
        ],
        "house and room": ["12号楼 501", "3号楼 301", "12-3-501", "118号"],
        "nobody": ["鑫淼焱", "zzz", "王 9x9x", "19999999999"],
    }
    roles = (("city", Role.CITY_BUREAU), ("district", Role.DISTRICT_BUREAU), ("village", Role.VILLAGE_WORKER))
    return [
        Kind(
            f"search, {name}, {who}", role, [f"/office/search/?{urlencode({'text': t})}" for t in texts], True
        )
        for name, texts in asked.items()
        for who, role in roles
    ]


def peers(some: list[Person]) -> list[Kind]:
    city = Role.CITY_BUREAU
    return [
        Kind("stock admin, first page", city, ["/admin/registry/person/"]),
        Kind("stock admin, page 200", city, ["/admin/registry/person/?p=200"]),
        Kind("stock admin, filtered", city, ["/admin/registry/person/?living__exact=alone"]),
        Kind("stock DRF, first page", city, ["/rest/people/"]),
        Kind("stock DRF, page 200", city, ["/rest/people/?page=200"]),
        Kind("icontains search", city, [f"/search/?{urlencode({'q': p.name[1:]})}" for p in some]),
    ]


def run(
    ours: list[Kind], others: list[Kind], accounts: dict[Role, Account]
) -> tuple[dict[str, Times], dict[str, Times]]:
    """Of ours and of the peers, by kind. The peers' requests, and those of ours that stand beside one of them, lie in
    rounds among all others, since the speed of a shared machine changes within minutes."""
    mine: dict[str, list[Times]] = {}
    theirs: dict[str, list[Times]] = {}
    alike = [kind for kind in ours if kind.name in _ALIKE]
    single = [kind for kind in ours if kind.name not in _ALIKE]
    with served("yinling.site.settings") as (port, meter), served("bench._stock_settings") as (second, other):
        visitors = {role: Visitor(port, account) for role, account in accounts.items()}
        guests = {role: Visitor(second, account) for role, account in accounts.items()}
        for n in range(ROUNDS):
            for kind in single[n::ROUNDS]:
                mine[kind.name] = [measure(visitors[kind.role], meter, kind, SAMPLES)]
            for kind in alike:
                times = measure(visitors[kind.role], meter, kind, max(SAMPLES // ROUNDS, 1))
                mine.setdefault(kind.name, []).append(times)
            for kind in others:
                times = measure(guests[kind.role], other, kind, max(PEER_SAMPLES // ROUNDS, 1))
                theirs.setdefault(kind.name, []).append(times)
    found = {kind.name: _together(mine[kind.name]) for kind in ours}
    others_found = {name: _together(parts) for name, parts in theirs.items()}
    for name, t in (found | others_found).items():
        print(f"{name:<40}{t.median:>9.1f}{t.p95:>9.1f}{t.core:>10.2f}", flush=True)
    return found, others_found


def _together(parts: list[Times]) -> Times:
    return Times(
        statistics.median(t.median for t in parts),
        max(t.p95 for t in parts),
        statistics.mean(t.core for t in parts),
    )


def main() -> int:
    roles = (Role.CITY_BUREAU, Role.DISTRICT_BUREAU, Role.VILLAGE_WORKER)
    accounts = {r: Account.objects.filter(role=r, is_active=True).order_by("pk").first() for r in roles}
    if not all(accounts.values()):
        print("no city: run `python -m bench people`, which makes one", file=sys.stderr)
        return 2
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) registry_person, registry_persontoken, registry_personidentifier")
    people = Person.objects.count()
    rng = random.Random(7)
    ids = rng.sample(range(1, people), 120)
    some = list(
        Person.objects.filter(pk__in=ids, pinyin__contains=" ").select_related("division__parent")[:40]
    )
    from yinling.registry.queries.people import main_numbers

    numbers = main_numbers([p.pk for p in some])
    print(
        f"{people:,} people; one granian worker; {SAMPLES} requests of each kind, {PEER_SAMPLES} of the peers"
    )
    print(f"{'':<40}{'median':>9}{'p95 ms':>9}{'core-ms':>10}")
    only = os.environ.get("KINDS", "")
    lists = [k for k in list_kinds(accounts, some) if re.search(only, k.name)]
    searches = [k for k in search_kinds(some, numbers) if re.search(only, k.name)]
    ours, theirs = run([*lists, *searches], peers(some), accounts)
    return verdict(people, ours, theirs)


def verdict(people: int, ours: dict[str, Times], theirs: dict[str, Times]) -> int:
    lists = {n: t for n, t in ours.items() if n.startswith("list")}
    searches = {n: t for n, t in ours.items() if n.startswith("search")}
    ours_like, admin_like = _core(ours, _ALIKE), _core(theirs, _ALIKE.values())
    ours_rest, rest_like = _core(ours, _ALIKE_REST), _core(theirs, _ALIKE_REST.values())
    page = statistics.mean(t.core for t in lists.values())
    found = statistics.mean(t.core for t in searches.values())
    slow_list = max(lists.items(), key=lambda kv: kv[1].p95)
    slow_search = max(searches.items(), key=lambda kv: kv[1].p95)
    bars = [
        ("people in the table", float(people), PEOPLE, people >= PEOPLE),
        (f"list p95 ms, slowest kind ({slow_list[0]})", slow_list[1].p95, LIST_MS, slow_list[1].p95 < LIST_MS),
        (f"search p95 ms, slowest kind ({slow_search[0]})", slow_search[1].p95, SEARCH_MS, slow_search[1].p95 < SEARCH_MS),
        _ratio("list, core of the stock admin's", ours_like, admin_like, ADMIN),
        _ratio("list, core of the stock DRF list's", ours_rest, rest_like, REST),
        _ratio("search, core of the icontains view's", found, theirs["icontains search"].core, ICONTAINS),
    ]  # fmt: skip
    print(
        f"\nmean of all {len(lists)} list kinds {page:.2f} core-ms (1/{admin_like / page:.0f} of the admin's, "
        f"1/{rest_like / page:.0f} of DRF's), of the kinds that both have {ours_like:.2f}, {ours_rest:.2f} (DRF); "
        f"of our search kinds {found:.2f}"
    )
    for name, got, bar, holds in bars:
        print(f"{'PASS' if holds else 'MISS':<6}{name:<70}{got:>14,.4g}   bar {bar:,.4g}")
    missed = sum(not holds for *_, holds in bars)
    print(f"\n{missed} bars missed" if missed else "\nall bars met")
    return 1 if missed else 0


_ALIKE = {
    "list, first page, city": "stock admin, first page",
    "list, deep in the pages": "stock admin, page 200",
    "list of those who live alone": "stock admin, filtered",
}
_ALIKE_REST = {
    "list, first page, city": "stock DRF, first page",
    "list, deep in the pages": "stock DRF, page 200",
}


def _core(measured: dict[str, Times], names: Iterable[str]) -> float:
    return statistics.mean(measured[name].core for name in names)


def _ratio(name: str, ours: float, theirs: float, bar: float) -> tuple[str, float, float, bool]:
    return f"{name} (1/{theirs / ours:.0f})", ours / theirs, bar, ours / theirs <= bar


if __name__ == "__main__":
    sys.exit(main())
