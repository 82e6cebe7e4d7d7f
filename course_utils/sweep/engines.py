"""Where the configurations of a sweep are worked on: here, on all cores, or on a cluster.

Each takes the ``work`` and the tasks, a configuration for each key, and yields pairs
(key, answer) as they come. An answer is what ``answer`` gives: a result, or an error in
words; and the code that it was found with.
"""

import json
import os
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from hashlib import sha256

import torch

from . import version

KILLED = "its process was killed, as by want of memory"
EXTRA = 'python -m pip install "course_utils[cluster]"'
PATIENCE = 20  # seconds for a scheduler to answer
Answers = Iterator[tuple[str, dict]]


def answer(work: Callable, configuration) -> dict:
    """What ``work`` gives for one configuration, on one thread, or how it failed.

    Layers that draw from torch's global generator begin from the configuration, so that no
    result depends on what ran before it.
    """
    with one_thread(), own_draws(configuration):
        try:
            by_name = isinstance(configuration, dict)
            result = work(**configuration) if by_name else work(*configuration)
            found = {"result": json.loads(json.dumps(result, default=_refused))}
        except (Exception, SystemExit) as error:
            reason = f"{type(error).__name__}: {error}".removesuffix(": ")
            found = {"error": reason, "trace": traceback.format_exc()}
    return found | {"code": version.code(work.__module__)}


def _refused(x):
    raise TypeError(
        f"the result holds a {type(x).__name__}: give numbers, words, lists and dicts, "
        "as by .item() and .tolist()"
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Leave torch one thread: sums then have one order, and workers do not jostle."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def own_draws(configuration) -> Iterator[None]:
    """Lend torch's global generator to this configuration, which is its seed."""
    seed = sha256(version.values(configuration).encode()).hexdigest()[:15]
    with torch.random.fork_rng([]):
        torch.default_generator.manual_seed(int(seed, 16))
        yield


@contextmanager
def no_bars() -> Iterator[None]:
    """Let the processes that begin in here show no bars of progress: one is enough."""
    before = os.environ.get("TQDM_DISABLE")
    os.environ["TQDM_DISABLE"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["TQDM_DISABLE"]


def here(work: Callable, tasks: dict) -> Answers:
    """One after the other, in this process."""
    for key, configuration in tasks.items():
        yield key, answer(work, configuration)


def on_cores(work: Callable, tasks: dict, workers: int) -> Answers:
    """In processes of this machine, by joblib: a function may be that of a notebook.

    When a process dies, joblib gives up all that it has. What it was at, the first that
    are left, then has a process of its own each: the guilty one is told from the others,
    and these go on side by side.

    Raises: ImportError where joblib is missing.
    """
    left = dict(tasks)
    with no_bars():
        while left:
            try:
                for key, found in _side_by_side(work, list(left.items()), workers):
                    del left[key]
                    yield key, found
            except BrokenProcessPool:
                for key in list(left)[:workers]:
                    yield key, _alone(work, key, left.pop(key))


def _side_by_side(work: Callable, tasks: list, workers: int) -> Answers:
    """At most ``workers`` tasks at once, each begun when one before it has ended."""
    try:
        from joblib import Parallel, delayed, parallel_config
    except ImportError as error:
        raise ImportError(f"a sweep on several cores needs joblib: {EXTRA}") from error
    with parallel_config("loky", n_jobs=workers, inner_max_num_threads=1):
        pool = Parallel(
            return_as="generator_unordered",
            pre_dispatch=workers,
            batch_size=1,
            max_nbytes=None,
        )
        yield from pool(delayed(_named)(key, work, task) for key, task in tasks)


def _named(key: str, work: Callable, configuration) -> tuple[str, dict]:
    return key, answer(work, configuration)


def _alone(work: Callable, key: str, configuration) -> dict:
    """The answer of a process that does nothing else, or that it was killed."""
    try:
        [(_, found)] = _side_by_side(work, [(key, configuration)], 2)
    except BrokenProcessPool:
        return {"error": KILLED}
    return found


def on_cluster(work: Callable, tasks: dict, cluster, workers: int) -> Answers:
    """By Dask: on the scheduler of an address, or on ``workers`` processes if "local".

    The tasks of a worker that is lost are given to another, some times. What was on lost
    workers each time is tried once more when nothing is beside it: the guilty one is told
    from the others.

    Raises: ImportError where Dask is missing; OSError where no scheduler answers.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ImportError(f"a sweep on a cluster needs Dask: {EXTRA}") from error
    killed = []
    with no_bars(), _client(cluster, workers) as client:
        submitted = {_submit(client, work, task): key for key, task in tasks.items()}
        for future in _ended(client, submitted, workers):
            if found := _fetched(future):
                yield submitted[future], found
            else:
                killed.append(submitted[future])
        for key in killed:
            [future] = _ended(client, [_submit(client, work, tasks[key])], workers)
            yield key, _fetched(future) or {"error": KILLED}


def _ended(client, futures, workers: int) -> Iterator:
    """The futures as they end; a local cluster that has lost all workers gets new ones.

    Dask begins a worker again that was killed, unless it was killed as it began.
    """
    from distributed import wait

    left = set(futures)
    while left:
        try:
            done = wait(left, timeout=PATIENCE, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            if client.cluster and not client.scheduler_info()["workers"]:
                client.cluster.scale(0)
                client.cluster.scale(workers)
        else:
            yield from done
            left -= done


def _submit(client, work: Callable, configuration):
    return client.submit(answer, work, configuration, pure=False)


def _fetched(future) -> dict | None:
    """The answer; None if its workers were killed, as it was made or as it lay there."""
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return None
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


@contextmanager
def _client(cluster, workers: int) -> Iterator:
    """A connection to a cluster, which is begun here, and ended, if it is "local"."""
    import dask
    from distributed import Client, LocalCluster

    if cluster == "local":
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 1}),
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                memory_limit=None,
                silence_logs="CRITICAL",
            ) as begun,
            Client(begun) as client,
        ):
            yield client
        return
    try:
        client = Client(cluster, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise OSError(f"no Dask scheduler answers at {cluster}: {error}") from error
    with client:
        if not client.scheduler_info()["workers"]:
            print(f"{cluster} has no workers yet: waiting for the first")
        yield client
