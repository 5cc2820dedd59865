"""Imports an upload in a process of its own, to be killed: `python -m tests.registry.uploads_probe RECEIPT`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

call_command("import", "resume", sys.argv[1], processes=2, chunk=int(sys.argv[2]))
