"""Import of people from CSV through the real path, and the same killed half-way: rows a second, memory, content.

`ARGS=uploads` runs 900,000 rows on a fresh database below var/bench-uploads; UPLOAD_ROWS, UPLOAD_KILL_ROWS and
UPLOAD_PROCESSES change the sizes. Memory is the sum of the proportional shares (PSS) of all the importer's processes.
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = int(os.environ.get("UPLOAD_ROWS", "900000"))
KILL_ROWS = int(os.environ.get("UPLOAD_KILL_ROWS", "100000"))
PROCESSES = os.environ.get("UPLOAD_PROCESSES", "2")
SECONDS, MEGABYTES, KILLS = 300, 600, 3


def main() -> int:
    var = Path(os.environ.get("YINLING_VAR", str(ROOT / "var" / "bench"))).with_name("bench-uploads")
    os.environ["YINLING_VAR"] = str(var)
    os.environ["FIELD_KEY"] = "of this benchmark"  # the same for both databases: search words are keyed
    failed = big(var) if ROWS else False
    failed |= killed(var)
    return int(failed)


def big(var: Path) -> bool:
    fresh(var)
    file = var / "people.csv"
    from bench._upload_rows import write

    write(file, ROWS)
    print(
        f"{ROWS:,} rows, {file.stat().st_size / 2**20:.0f} MB of CSV; load average {os.getloadavg()[0]:.1f}"
    )
    begun = time.perf_counter()
    process = start("people", str(file), "--dry-run")
    check_memory = watch(process)
    checked = time.perf_counter() - begun
    receipt = confirm()
    begun = time.perf_counter()
    process = start("resume", receipt)
    memory = max(check_memory, watch(process))
    spent = time.perf_counter() - begun
    print(f"dry run      {checked:8.1f} s   {ROWS / checked:8,.0f} rows/s")
    print(
        f"import       {spent:8.1f} s   {ROWS / spent:8,.0f} rows/s   {told(spent < SECONDS)} ({SECONDS} s)"
    )
    print(f"peak memory  {memory:8.0f} MB                      {told(memory < MEGABYTES)} ({MEGABYTES} MB)")
    print(f"fates        {counts(receipt)}")
    return spent >= SECONDS or memory >= MEGABYTES


def killed(var: Path) -> bool:
    """The same file twice on fresh databases: undisturbed, and killed KILLS times at random moments."""
    found: list[str] = []
    whole = landed = 0.0
    for kills in (0, KILLS):
        fresh(var)
        from bench._upload_rows import write

        file = var / "people.csv"
        write(file, KILL_ROWS, seed=2)
        watch(start("people", str(file), "--dry-run"))
        receipt = confirm()
        rng = random.Random(5)
        for _ in range(kills):
            process = start("resume", receipt)
            try:
                process.wait(whole * rng.uniform(0.2, 0.3))
                break  # it was done before it could be killed
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                landed += 1
        else:
            begun = time.perf_counter()
            watch(start("resume", receipt))
            whole = whole or time.perf_counter() - begun
        found.append(content())
    same = found[0] == found[1] and landed > 0
    print(
        f"content of {KILL_ROWS:,} rows, undisturbed ({whole:.0f} s) {found[0][:16]}…, "
        f"killed {landed:.0f} times {found[1][:16]}…: {told(same)}"
    )
    return not same


def told(met: bool) -> str:
    return "PASS" if met else "MISS"


def fresh(var: Path) -> None:
    """An empty database with the city's divisions."""
    if (var / "pg").exists():
        subprocess.run([sys.executable, "-m", "yinling.site.embedded", "stop", str(var / "pg")], check=True)
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    run(
        "from django.core.management import call_command; call_command('migrate', verbosity=0, skip_checks=True)"
    )
    run(
        "from django.utils import timezone; from yinling.core.operations.divisions import load_divisions\n"
        "load_divisions(by=None, at=timezone.now())"
    )


def start(*arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "yinling.site", "import", *arguments, "--processes", PROCESSES]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)


def confirm() -> str:
    """Confirm the only upload; its receipt."""
    return run(
        "from django.utils import timezone; from yinling.registry.models import Upload\n"
        "from yinling.registry.operations.uploads import confirm_upload\n"
        "print(confirm_upload(upload=Upload.objects.get(), by=None, at=timezone.now()).receipt)"
    )


def counts(receipt: str) -> str:
    return run(
        f"from yinling.registry.models import Upload; print(Upload.objects.get(receipt='{receipt}').counts)"
    )


def content() -> str:
    """A digest of all that the import left, without ids and ciphers."""
    made = run(
        "from bench.uploads import content_digest\nprint(content_digest())",
    )
    return made.splitlines()[-1]


def content_digest() -> str:
    """Each person's particulars, categories, contacts, number of search words, by number of document."""
    from collections import defaultdict

    from django.db import connection

    from yinling.registry.models import Contact, Person, PersonCategory, PersonIdentifier, UploadRow

    more: dict[int, list[str]] = defaultdict(list)
    for pk, *rest in (
        PersonCategory.objects.order_by("kind").values_list("person_id", "kind", "valid_from").iterator()
    ):
        more[pk] += map(str, rest)
    contacts = Contact.objects.order_by("name").values_list(
        "person_id", "name", "relation", "phone", "is_guardian"
    )
    for pk, *rest in contacts.iterator():
        more[pk] += map(str, rest)
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, count(*), sum(token) FROM registry_persontoken GROUP BY person_id")
        for pk, words, total in cursor:
            more[pk] += [str(words), str(total)]
    numbers = dict(PersonIdentifier.objects.values_list("person_id", "number"))
    fields = (
        "pk", "name", "pinyin", "sex", "born_on", "phone", "address", "division_path", "living", "insurance", "registered_on",
    )  # fmt: skip
    lines = sorted(
        "\t".join([numbers[pk], *map(str, rest), *more[pk]])
        for pk, *rest in Person.objects.values_list(*fields).iterator()
    )
    fates = UploadRow.objects.order_by("row").values_list("row", "fate", "message")
    digest = hashlib.sha256("\n".join(lines).encode())
    digest.update(str(list(fates)).encode())
    return digest.hexdigest()


def run(code: str) -> str:
    """In a process of its own with Django set up."""
    setup = "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'yinling.site.settings')\nimport django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + code], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def watch(process: "subprocess.Popen[bytes]") -> float:
    """Wait for it; the peak of its and its children's PSS, in MB, sampled twice a second."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, _pss(process.pid))
        time.sleep(0.5)
    if process.returncode:
        raise SystemExit(f"the importer ended with {process.returncode}")
    return peak / 1024


def _pss(pid: int) -> int:
    """Kilobytes of a process and all below it, the shared ones divided."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, StopIteration):  # it ended meanwhile
            continue
    return total


if __name__ == "__main__":
    sys.exit(main())
