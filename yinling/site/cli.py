"""The console script `yinling`: Django's management commands under one name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")
    if sys.argv[1:3] == ["policy", "parse"]:  # reads a file only: needs neither Django nor the server
        from yinling.governance.reading.printing import main as parse_policy

        sys.exit(parse_policy(sys.argv[3:]))
    from django.core.management import execute_from_command_line  # here: parsing above does without

    execute_from_command_line(sys.argv)
