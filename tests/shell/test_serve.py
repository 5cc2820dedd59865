"""`yinling serve`: starts, says where, stops cleanly, and says what is wrong."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def environment(transactional_db) -> dict[str, str]:
    """The server of another process over this test's database."""
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return os.environ | {"DATABASE_URL": url, "YINLING_TEST": "1", "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "yinling.site", "serve", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def line_with(process: subprocess.Popen[str], words: str) -> str:
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return line
    raise AssertionError("".join(said))


def test_it_says_its_address_answers_and_stops_cleanly(environment, port):
    process = start(environment, "--port", str(port))
    try:
        assert f"http://127.0.0.1:{port}/" in line_with(process, "网站已启动")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.read() == b"ok"
        process.send_signal(signal.SIGINT)
        assert "已停止" in line_with(process, "已停止")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with socket.socket() as probe:  # nothing of it is left on the port
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_named_with_what_to_do(environment, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = start(environment, "--port", str(port), "--workers", "0")
        said, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert f"--port {port + 1}" in said
