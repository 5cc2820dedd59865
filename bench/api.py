"""The interface against the pages, over the same rows in one run: a list of 50 people, and one person's file.

One granian worker; the key's system and the signed-in account have the same role and scope. Prints the median, the
95th percentile and the processor time of the web worker a request, and the interface's share of the page's.
"""

import http.client
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.pages import core_seconds, served
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.core.operations.accounts import set_account_active
from yinling.core.operations.api_keys import connect_system, issue_key, open_rights, revoke_key
from yinling.registry.models import Person

SAMPLES = 200


def main() -> int:
    account = Account.objects.filter(role=Role.CITY_BUREAU, is_active=True, is_machine=False).first()
    if account is None:
        print("no city account: run `yinling demo --no-serve` first", file=sys.stderr)
        return 2
    now = timezone.now()
    system = connect_system(
        name="bench", role=Role.CITY_BUREAU, organisation=account.organisation, by=None, at=now
    )
    key, text = issue_key(
        account=system,
        rights=open_rights(system),
        valid_until=timezone.localdate(now),
        per_minute=6000,
        by=None,
        at=now,
    )
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(account)
    by_session = {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}
    by_key = {"Authorization": f"Bearer {text}"}
    person = Person.objects.filter(state="active").order_by("pk").values_list("pk", flat=True).first()
    pairs = {
        "50 people": (reverse("registry:people"), reverse("api:list_people")),
        "one file": (reverse("registry:person", args=[person]), reverse("api:get_person", args=[person])),
    }
    print(
        f"{'':<12}{'page ms':>9}{'p95':>7}{'core-ms':>9}{'api ms':>9}{'p95':>7}{'core-ms':>9}{'api ÷ page':>12}"
    )
    try:
        with served() as (port, server):
            for name, (page, endpoint) in pairs.items():
                html = _measure(port, server, page, by_session)
                json = _measure(port, server, endpoint, by_key)
                share = json[2] / html[2] if html[2] else float("nan")
                figures = "".join(f"{m:>9.1f}{p:>7.1f}{c:>9.1f}" for m, p, c in (html, json))
                print(f"{name:<12}{figures}{share:>11.0%}")
    finally:
        revoke_key(key=key, by=None, at=timezone.now())
        set_account_active(account=system, active=False, by=None, at=timezone.now())
    return 0


def _measure(
    port: int, server: subprocess.Popen[bytes], path: str, headers: dict[str, str]
) -> tuple[float, float, float]:
    """Median and 95th percentile of milliseconds, and the worker's processor milliseconds a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: list[float] = []
    before = 0.0
    for n in range(SAMPLES + 10):
        if n == 10:
            before = core_seconds(server)
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}")
        times.append((time.perf_counter() - begun) * 1000)
    core = (core_seconds(server) - before) * 1000 / SAMPLES
    times = sorted(times[10:])
    return statistics.median(times), times[int(0.95 * len(times))], core


if __name__ == "__main__":
    sys.exit(main())
