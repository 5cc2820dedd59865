"""`yinling policy`: what it prints, and that parsing needs no database."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.governance.policy_world import POLICIES, SHORT
from yinling.governance.models import PolicyDocument

FILE = POLICIES / "weihai-2025-elder-care-measures.txt"
_TARGET = {"text", "subject", "kind", "comparator", "value", "unit", "deadline", "scope"}
_MEASURE = {"number", "section", "title", "text", "lead_units", "supporting_units", "targets", "flags"}
_DOCUMENT = {"title", "issuer", "document_number", "issued_on", "measures", "safeguards", "unassigned"}


def run(*arguments):
    out = StringIO()
    call_command("policy", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_json_is_alone_on_stdout_under_the_published_keys():
    document = json.loads(run("parse", FILE, "--json"))
    assert set(document) == _DOCUMENT and len(document["measures"]) == 31
    assert all(set(m) == _MEASURE for m in document["measures"])
    assert all(set(t) == _TARGET for m in document["measures"] for t in m["targets"])


def test_the_summary_names_units_and_targets():
    said = run("parse", FILE)
    assert "措施 31 条" in said and "牵头：市民政局　配合：市财政局" in said and "20家" in said


def test_the_console_script_parses_without_a_database_and_fails_in_words(tmp_path):
    """In a process of its own, whose var directory stays without a server."""
    from os import environ

    clean = {k: v for k, v in environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    command = [sys.executable, "-m", "yinling.site", "policy", "parse"]
    options = {"env": clean | {"YINLING_VAR": str(tmp_path)}, "capture_output": True, "text": True}
    good = subprocess.run([*command, str(FILE), "--json"], **options)
    assert good.returncode == 0 and len(json.loads(good.stdout)["measures"]) == 31
    assert not (tmp_path / "pg").exists()
    empty = tmp_path / "空.txt"
    empty.write_bytes(b"")
    bad = subprocess.run([*command, str(empty), "--json"], **options)
    assert bad.returncode == 1 and bad.stdout == ""
    assert "文件是空的" in bad.stderr and "Traceback" not in bad.stderr


@pytest.mark.parametrize("name", ["没有这个文件.txt", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, name):
    with pytest.raises(CommandError, match="打不开文件"):
        run("parse", tmp_path / name)


def test_import_writes_and_a_second_import_lists_what_changed(db, tmp_path):
    file = tmp_path / "措施.txt"
    file.write_text(SHORT)
    assert "措施 4 条" in run("import", file)
    file.write_text(SHORT.replace("7家", "9家"))
    assert "有变化：1. 建设智慧养老院" in run("import", file)
    assert PolicyDocument.objects.count() == 1
