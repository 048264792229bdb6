"""Who runs the samples: threads, processes, or anything shaped like `concurrent.futures`.

Samples go out in groups, so that handing them over costs little beside running them; what a group
gives does not depend on who runs it, nor in which order.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from intensify.campaigns.plan import Plan, Row, Sample, Status
from intensify.errors import InputError

GROUP_TIME = 0.25
"""Seconds that a group should take [s]: to hand it over takes about a millisecond."""
LARGEST = 256
GROWTH = 8
"""How much larger the next group may be, whatever the last one took."""
AHEAD = 4
"""Groups handed over for each worker: the rest waits here, where an interruption forgets it."""


class Work(Protocol):
    """Samples by number, and the plan without them that goes to workers with each group."""

    def samples(self, numbers: Sequence[int]) -> list[Sample]:
        """Numbers with the values of their keys."""

    def light(self) -> Plan:
        """What runs them."""


def run_samples(
    plan: Work,
    todo: Sequence[int],
    *,
    executor: Any = "threads",
    workers: int | None = None,
    time_limit: float | None = None,
) -> Iterator[list[Row]]:
    """Rows of the samples as they come, a group at a time.

    executor: "threads"; "processes", where a sample that kills its worker or passes time_limit [s]
    costs only itself; a Dask client; or an object whose `submit` gives futures.
    """
    if time_limit is not None and executor != "processes":
        raise InputError("a time limit needs executor='processes': a thread can't be stopped")
    n = workers or os.cpu_count() or 1
    if executor == "threads":
        pool = ThreadPoolExecutor(n)
        try:
            yield from run_groups(pool, plan, todo, n, alone=0)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    elif executor == "processes":
        with Processes(n, time_limit) as lone:
            yield from run_groups(lone, plan, todo, n, alone=n)
    elif hasattr(executor, "get_executor"):  # a Dask client, whose own futures are of another kind
        yield from run_groups(executor.get_executor(), plan, todo, n, alone=1)
    elif hasattr(executor, "submit"):
        yield from run_groups(executor, plan, todo, n, alone=1)
    else:
        raise InputError(f"executor {executor!r} is neither 'threads' nor 'processes' and has no "
                         "`submit`")  # fmt: skip


def run_groups(
    pool: Any, plan: Work, todo: Sequence[int], n: int, *, alone: int
) -> Iterator[list[Row]]:
    """Keep the pool busy with groups whose size follows the time that samples take.

    alone: where a group is lost, each of its samples is tried once more by itself, so many at a
    time and nothing beside them: a pool of strangers may blame a worker's death on whatever waited
    or finished there. 0 where nothing can be lost: then an error is an error.
    """
    waiting, light = list(reversed(todo)), plan.light()
    size = 1
    running: dict[Future[Any], tuple[list[int], bool]] = {}
    suspects: list[int] = []
    while waiting or running or suspects:
        if suspects:
            if all(lone for _, lone in running.values()):
                while suspects and len(running) < alone:
                    index = suspects.pop()
                    running[pool.submit(timed, light, plan.samples([index]))] = ([index], True)
        else:
            while waiting and len(running) < AHEAD * n:
                group = [waiting.pop() for _ in range(share(size, len(waiting), n))]
                running[pool.submit(timed, light, plan.samples(group))] = (group, False)
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            group, lone = running.pop(future)
            try:
                rows, seconds = future.result()
            except Exception as error:  # the worker's death, whatever the pool calls it
                if not alone:
                    raise
                if lone:
                    yield [lost(group[0], error)]
                else:
                    suspects += group
                continue
            size = next_size(size, len(group), seconds)
            yield rows


def timed(plan: Plan, group: list[Sample]) -> tuple[list[Row], float]:
    """The rows of a group, and how long they took [s]."""
    began = time.monotonic()
    return plan.run(group), time.monotonic() - began


def next_size(size: int, n: int, seconds: float) -> int:
    """Samples of the next groups: towards GROUP_TIME, by a few measured groups."""
    fitting = int(GROUP_TIME * n / max(seconds, 1e-6))
    return max(1, min(fitting, GROWTH * size, LARGEST))


def share(size: int, left: int, n: int) -> int:
    """Samples of a group when so many are left: fewer at the end, so that n workers end together.

    >>> [share(250, left, 2) for left in (2000, 400, 100, 20)]
    [250, 100, 62, 20]
    """
    return min(left, size, max(left // (2 * n), size // 4, 1))


def lost(index: int, error: Exception) -> Row:
    """The row of a sample that took its worker with it, or passed its time."""
    if isinstance(error, TimeoutError):
        return Row(index, Status.TIME_OUT, "passed the time limit of a sample")
    return Row(index, Status.WORKER_DIED, f"its worker died, twice: {type(error).__name__}")


class Processes:
    """Processes of which one can die, or be stopped for its time, without the others."""

    def __init__(self, workers: int, time_limit: float | None) -> None:
        import multiprocessing

        from pebble import ProcessPool

        self.time_limit = time_limit
        # forked workers would inherit locks of threads that they do not have
        self.pool = ProcessPool(workers, context=multiprocessing.get_context("spawn"))

    def submit(self, function: Any, plan: Plan, group: list[Sample]) -> Any:
        """A future of function(plan, group)."""
        limit = None if self.time_limit is None else self.time_limit * len(group)
        return self.pool.schedule(function, args=[plan, group], timeout=limit)

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        self.pool.close() if kind is None else self.pool.stop()
        self.pool.join()
