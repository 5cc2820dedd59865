"""`make bench`: run every benchmark over a full-size city of its own and print one table after another.

The city lies under var/bench (made once, about five minutes) so that a demo beside it is left alone.
`ARGS="policytext"` runs only the named ones.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 856_000  # of 60 and over; with those who died lately 900,000 files
NEEDS_CITY = {"api", "backup", "indicators", "pages", "people"}


def main(names: list[str]) -> int:
    found = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))
    unknown = set(names) - set(found)
    if unknown:
        print(
            f"no benchmark named {', '.join(sorted(unknown))}; there are: {', '.join(found)}", file=sys.stderr
        )
        return 2
    chosen = names or found
    environment = os.environ | {"YINLING_VAR": os.environ.get("YINLING_VAR", str(ROOT / "var" / "bench"))}
    if NEEDS_CITY & set(chosen):
        begun = time.perf_counter()
        command = [sys.executable, "-m", "yinling.site", "demo", "--scale", "city", "--no-serve"]
        command += ["--people", str(PEOPLE)]
        subprocess.run(command, check=True, env=environment, cwd=ROOT)
        print(f"\nfull-size city ready in {time.perf_counter() - begun:.0f} s")
    # Pages name their static files by content; those lie beside the database that is served.
    collect = [sys.executable, "-m", "yinling.site", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, check=True, env=environment, cwd=ROOT)
    failed = 0
    for name in chosen:
        print(f"\n== {name} ==", flush=True)
        failed |= subprocess.run(
            [sys.executable, "-m", f"bench.{name}"], env=environment, cwd=ROOT
        ).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
