"""Ctrl-C while the engine is busy in native code, where Python cannot be interrupted."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from tallybook.command import files

_GRACE = 0.6  # seconds for Python to end by itself


def end_soon_on_interrupt(status: int) -> None:
    """Make an interrupt end the process within a second, whatever the main thread is doing.

    Python's own handling comes first. The signal also wakes a thread through a pipe; if the
    process is still there after a grace, that thread removes unfinished files and ends it.
    """
    if os.name == "nt":  # there, only sockets can be woken through
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reading, status), daemon=True).start()


def _watch(reading: int, status: int) -> None:
    while os.read(reading, 1) != bytes([signal.SIGINT]):
        pass
    time.sleep(_GRACE)
    files.remove_unfinished()
    sys.stderr.write("\nerror: interrupted\n")
    sys.stderr.flush()
    os._exit(status)
