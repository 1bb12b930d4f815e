"""Ctrl-C while the engine is busy in native code, where Python cannot be interrupted."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

from tallybook.command import files

_GRACE = 0.6  # seconds for Python to end by itself


def end_soon_on_interrupt(status: int) -> None:
    """Make an interrupt end the process within a second, whatever the main thread is doing.

    Python's own handling comes first. The signal also wakes a thread through a socket; if the
    process is still there after a grace, that thread removes unfinished files and ends it.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reading, writing, status), daemon=True)
    watcher.start()


def _watch(reading: socket.socket, _writing: socket.socket, status: int) -> None:
    while signal.SIGINT not in reading.recv(1):
        pass
    time.sleep(_GRACE)
    files.remove_unfinished()
    sys.stderr.write("\nerror: interrupted\n")
    sys.stderr.flush()
    os._exit(status)
