"""Many tasks, done by joblib: the cores of one machine, or a cluster, by the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import Any

from convcat.exceptions import InputError, OutputError


def in_workers(
    work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]], n_jobs: int | None
) -> Iterator[Any]:
    """Do tasks by joblib and yield what they return, in order; few are held at a time.

    Parameters
    ----------
    work : callable
        A plain function, so that any engine can send it to a worker.
    tasks : iterable of tuple
        Its arguments; drawn as workers become free.
    n_jobs : int, optional
        Worker processes; -1 is all cores, ``None`` what joblib is configured to.

    Raises
    ------
    InputError
        If ``n_jobs`` is 0.
    OutputError
        If a worker was killed.
    """
    if n_jobs == 0:
        raise InputError(
            "n_jobs (--jobs) is a number of worker processes, or -1 for all cores, not 0."
        )
    tasks = iter(tasks)
    first = list(islice(tasks, 2))
    tasks = chain(first, tasks)
    if len(first) < 2 or not _many(n_jobs):
        yield from (work(*task) for task in tasks)
        return
    from joblib import Parallel, delayed

    failed: list[BaseException] = []

    def calls() -> Iterator[Any]:
        # Tasks are drawn in a thread of joblib's, where an error would be lost.
        try:
            yield from (delayed(work)(*task) for task in tasks)
        except BaseException as error:  # noqa: BLE001 - raised below
            failed.append(error)

    parallel = Parallel(
        n_jobs=n_jobs, return_as="generator", pre_dispatch="n_jobs + 1", batch_size=1
    )
    try:
        yield from parallel(calls())
    except Exception as error:
        # A cluster gives a task up once several workers have died of it.
        if not isinstance(error, BrokenProcessPool) and type(error).__name__ != "KilledWorker":
            raise
        raise OutputError(
            "A worker process was killed, perhaps for want of memory: run again to go on where it "
            "stopped, with fewer workers (n_jobs, --jobs)."
        ) from None
    if failed:
        raise failed[0]


def _many(n_jobs: int | None) -> bool:
    """Return whether there is more than one worker to be had."""
    if n_jobs == 1:
        return False
    from joblib import effective_n_jobs

    return int(effective_n_jobs(n_jobs)) > 1


def are_ours(n_jobs: int | None) -> bool:
    """Return whether work is done by several processes of this machine that joblib starts itself.

    Another engine that joblib was configured to is known to the thread alone that did so.

    Parameters
    ----------
    n_jobs : int, optional
        As for :func:`in_workers`.
    """
    if n_jobs is None or not _many(n_jobs):
        return False
    from joblib.parallel import get_active_backend

    return type(get_active_backend()[0]).__name__ == "LokyBackend"


@contextmanager
def meanwhile(
    work: Callable[..., Any], *given: Any, apart: bool = True
) -> Iterator[Callable[[], Any]]:
    """Do some work in a thread while the block goes on; what is yielded waits for its result.

    Parameters
    ----------
    work : callable
    *given
        Its arguments.
    apart : bool, default True
        Whether it is done in a thread; it is done when its result is asked for, otherwise.

    Examples
    --------
    >>> with meanwhile(sum, [1, 2]) as added:
    ...     added()
    3
    """
    if not apart:
        yield partial(work, *given)
        return
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(work, *given).result


def dismiss_workers(n_jobs: int | None) -> None:
    """Let the processes of this machine go, and the memory that they hold; new ones come if needed.

    Parameters
    ----------
    n_jobs : int, optional
        As it was given to :func:`in_workers`.
    """
    if _many(n_jobs):
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)
