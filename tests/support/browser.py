"""The system's Chromium, which browser tests drive."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "Chromium is not installed; on Debian: apt-get install chromium fonts-dejavu-core"


def chromium() -> str | None:
    """Path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
