"""Settings of the test run: its own embedded server under var/test, cheap password hashing."""

import os
from pathlib import Path

os.environ.setdefault("YINLING_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ["YINLING_TEST"] = "1"

from yinling.site.settings import *  # noqa: F403 - the environment must be set first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REQUIRE_SECOND_FACTOR: list[str] = []  # tests of the second factor ask for it themselves

# What pages remember for some seconds would outlive a test.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
