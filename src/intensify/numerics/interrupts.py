"""Ctrl-C while a kernel runs: it waits for the kernel's end, for a kernel cannot hand it on."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """KeyboardInterrupt at the end of what is inside, if Ctrl-C came; only in the main thread.

    Python looks for signals while a kernel's results are made into objects, where an exception ends
    the process or shows as a SystemError.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        before(signal.SIGINT, None)
