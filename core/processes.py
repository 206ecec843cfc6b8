"""Processes that this one starts."""

import multiprocessing
import os
import threading


def leave_with_the_parent() -> None:
    """End this process when the one that started it ends: one that was killed stops nobody."""
    threading.Thread(target=_wait_for_the_parent, daemon=True).start()


def _wait_for_the_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
