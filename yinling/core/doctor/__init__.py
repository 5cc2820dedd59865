"""Look over an installation and say what to mend. `run` asks every check; rooms add theirs with `@check`.

A check returns findings: what was seen, whether that is well, and if not, what to do, in plain Chinese.
"""

from yinling.core.doctor.running import run, worst
from yinling.core.doctor.table import Finding, Level, Patient, bad, check, ok, warn

__all__ = ["Finding", "Level", "Patient", "bad", "check", "ok", "run", "warn", "worst"]
