"""Ctrl-C while a kernel runs: it waits for the kernel's end, for a kernel cannot hand it on."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

_held: list[tuple[Any, list[int]]] = []
"""While interruptions wait: the handler that they wait for, and those that came."""


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """KeyboardInterrupt at the end of what is inside, if Ctrl-C came; only in the main thread.

    Python looks for signals while a kernel's results are made into objects, where an exception ends
    the process or shows as a SystemError. Around several kernels each of which holds them too, it
    saves setting the handler for each; Ctrl-C then comes at the end of the kernel that runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if _held:
        yield
        before, came = _held[0]
        if came:
            came.clear()
            before(signal.SIGINT, None)
        return
    before = signal.getsignal(signal.SIGINT)
    if not callable(before):
        yield
        return
    came = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    _held.append((before, came))
    try:
        yield
    finally:
        _held.clear()
        signal.signal(signal.SIGINT, before)
    if came:
        before(signal.SIGINT, None)
