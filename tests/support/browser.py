"""The system's Chromium, which browser tests drive: without windows where it is there, as that takes less."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
INSTALL = "Chromium is not installed; on Debian: apt-get install chromium-headless-shell fonts-dejavu-core"


def chromium() -> str | None:
    """Path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
