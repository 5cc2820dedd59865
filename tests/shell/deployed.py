"""The settings of production, with the probe's jobs."""

from yinling.site.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.shell.probe"]  # noqa: F405
