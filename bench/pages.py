"""Page times over the database as it is: one granian worker, a city account, every page that links lead to.

Starts at the menu and the public pages and follows links, up to three addresses of each URL name, so that a
page which lands later is measured without being named here. Prints the median and the 95th percentile, the
processor time of the web worker (which other load on the machine does not change; PostgreSQL's is not in it),
and its ratio to /healthz, the cheapest page, measured in the same run. Ends with 1 when a page misses its target.
"""

import html
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.test import Client
from django.urls import Resolver404, resolve, reverse

from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.shell.navigation import open_links

TARGET_MS = 300.0
SAMPLES = 40
EACH = 3  # addresses of one URL name
_LINK = re.compile(r'<a\b[^>]*\shref="([^"#]+)"')


class Site:
    """One keep-alive connection with the session of an account."""

    def __init__(self, port: int, account: Account) -> None:
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(account)
        self.headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}; elder=0"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> tuple[int, str, str, float]:
        """Status, content type, text and milliseconds."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        spent = (time.perf_counter() - begun) * 1000
        return answer.status, answer.headers.get("Content-Type", ""), body.decode(errors="replace"), spent


def core_seconds(server: subprocess.Popen[bytes]) -> float:
    """Processor time of the server and its worker so far; 0 where /proc is missing."""
    own = str(server.pid)
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if own in (stat.parent.name, fields[1]):
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until something listens there, three minutes at most."""
    for _ in range(1800):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)


@contextmanager
def served() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """One granian worker on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", "2", "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen([*command, "yinling.site.wsgi:application"])
    try:
        wait_for(port)
        yield port, server
    finally:
        server.terminate()
        server.wait()


def crawl(site: Site, starts: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """URL name → addresses of HTML pages, at most EACH of a name; and what failed. Filters that only differ in query
    count too."""
    found: dict[str, list[str]] = defaultdict(list)
    broken: list[str] = []
    failed: Counter[str] = Counter()
    queue, seen = deque(starts), set(starts)
    while queue:
        path = queue.popleft()
        try:
            name = resolve(urlsplit(path).path).view_name
        except Resolver404:
            continue
        if len(found[name]) >= EACH or failed[name] >= EACH:
            continue
        status, kind, text, _ = site.get(path)
        if status != 200 or not kind.startswith("text/html"):
            failed[name] += 1
            if status >= 500:
                broken.append(f"{path} answers {status}")
            continue
        found[name].append(path)
        for link in map(html.unescape, _LINK.findall(text)):
            if link.startswith("/") and not link.startswith(("//", "/elder-mode")) and link not in seen:
                seen.add(link)
                queue.append(link)
    return {name: paths for name, paths in found.items() if paths}, broken


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    median: float
    p95: float
    core: float


def measure(site: Site, server: subprocess.Popen[bytes], paths: list[str]) -> Times:
    """Over SAMPLES requests, the addresses in turn, after one warm-up of each."""
    for path in paths:
        site.get(path)
    before = core_seconds(server)
    times = sorted(site.get(paths[n % len(paths)])[3] for n in range(SAMPLES))
    core = (core_seconds(server) - before) * 1000 / SAMPLES
    return Times(statistics.median(times), times[int(0.95 * (len(times) - 1) + 0.5)], core)


def main() -> int:
    account = Account.objects.filter(role=Role.CITY_BUREAU, is_active=True).order_by("pk").first()
    if account is None:
        print("no city account: run `yinling demo --no-serve` first", file=sys.stderr)
        return 2
    starts = [reverse("shell:front"), *(href for _, href in open_links(account))]
    slow = []
    with served() as (port, server):
        site = Site(port, account)
        pages, broken = crawl(site, starts)
        base = measure(site, server, [reverse("shell:healthz")])
        print(f"{'page':<32}{'median ms':>10}{'p95 ms':>9}{'core-ms':>9}{'× healthz':>11}   addresses")
        _row("healthz", base, base, 1)
        for name, paths in sorted(pages.items()):
            times = measure(site, server, paths)
            _row(name, times, base, len(paths))
            if times.p95 > TARGET_MS:
                slow.append(name)
    for line in broken:
        print(line)
    outcome = f"missed by {', '.join(slow)}" if slow else "met" if pages else "nothing was measured"
    print(f"\n{len(pages)} pages, {len(broken)} broken, target p95 < {TARGET_MS:.0f} ms: {outcome}")
    return int(bool(slow or broken or not pages))


def _row(name: str, times: Times, base: Times, addresses: int) -> None:
    ratio = times.median / base.median
    mark = "  over target" if times.p95 > TARGET_MS else ""
    print(
        f"{name:<32}{times.median:>10.1f}{times.p95:>9.1f}{times.core:>9.1f}{ratio:>11.1f}   {addresses}{mark}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
