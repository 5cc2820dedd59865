"""The console script `yinling`: Django's management commands under one name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")
    if sys.argv[1:3] == ["policy", "parse"]:  # reads a file only: do not start the embedded server for it
        os.environ.setdefault("DATABASE_URL", "postgres://unused/unused")
    execute_from_command_line(sys.argv)
