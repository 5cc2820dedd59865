"""The console script `yinling`: Django's management commands under one name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")
    execute_from_command_line(sys.argv)
