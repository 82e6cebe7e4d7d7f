"""Many trainings or evaluations, from a list of configurations.

    results = sweep(work, [{"N": 16, "seed": 0}, {"N": 64, "seed": 0}, ...])
    results = sweep(work, configurations, record="losses.jsonl", workers=None)
    results = sweep(work, configurations, record="losses.jsonl", cluster="tcp://...:8786")

The same list comes back in one process, on all cores and on a cluster: each configuration
has one thread, and nothing from those before it. With a ``record`` a sweep that was
stopped, even by kill -9, goes on where it stood.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tqdm import tqdm

from ..checks import require_count
from ..training import cores
from . import engines, version
from .record import Record

SHOWN = 5  # failures that an error tells; all are in its ``failures``


class FailedConfigurations(ValueError):
    """Which configurations failed, and why; all others are done.

    ``failures`` holds pairs (configuration, reason), ``results`` what ``sweep`` would have
    given, with None in the places of the failures.
    """

    def __init__(self, failures: list[tuple], results: list):
        self.failures = failures
        self.results = results
        told = [f"{json.dumps(given)}: {reason}" for given, reason in failures[:SHOWN]]
        more = len(failures) - len(told)
        told += [f"and {more} more"] if more else []
        count = f"{len(failures)} of {len(results)} configurations failed"
        super().__init__("\n  ".join([f"{count}, the others are done:", *told]))


def sweep(
    work: Callable,
    configurations: Sequence,
    *,
    record: str | Path | None = None,
    workers: int | None = 1,
    cluster=None,
    seen: Callable | None = None,
) -> list:
    """The results of ``work``, one for each configuration, in their order.

    A configuration is a dict of arguments by name, or a tuple of them, of numbers, words,
    lists and dicts; so is a result. ``workers`` = 1 stays in this process, more are that
    many processes of this machine, None is one for each core. ``cluster`` is the address of
    a Dask scheduler, "local" for a Dask of ``workers`` processes here, or a cluster that
    one of Dask's packages has made. ``seen(configuration, result)`` is called as results
    come.

    With a ``record`` each result is a line of that file, under a key of its configuration
    and the code; what is there already is not made again. Function and configurations are
    sent, and code is not: workers elsewhere need the same files, and others are refused.

    Raises: FailedConfigurations, a ValueError, when all others are done, for those whose
        work raised an error, gave what no JSON holds or killed its process; TypeError for
        what is no list of configurations; ValueError for a record that is another file,
        or a function that a record cannot tell from others; ImportError where joblib or
        Dask is missing; OSError where no scheduler answers, or the record's disk is full.
    """
    require_count("workers", 1 if workers is None else workers)
    keys = _keys(work, configurations, record)
    kept = Record(record)
    left = {key: given for key, given in keys if key not in kept.found}
    failures = {}
    with tqdm(total=len(left), leave=False, desc=getattr(work, "__name__", None)) as bar:
        for key, answer in _answers(work, left, workers or cores(), cluster):
            bar.update()
            if reason := _failure(work, answer):
                failures[key] = (left[key], reason, answer.get("trace"))
                continue
            kept.add(key, left[key], answer["result"])
            if seen:
                seen(left[key], answer["result"])
    return _in_order(keys, kept.found, failures)


def _keys(work: Callable, configurations, record) -> list[tuple]:
    """Each configuration with its key, that of the record if there is one."""
    if not isinstance(configurations, list | tuple):
        kind = type(configurations).__name__
        raise TypeError(f"a sweep needs a list of configurations, got {kind}")
    if not callable(work):
        raise TypeError(f"a sweep needs a function, got {type(work).__name__}")
    if record:
        version.require_plain(work)
    keys = []
    for k, given in enumerate(configurations):
        if not isinstance(given, dict | list | tuple):
            kind = type(given).__name__
            raise TypeError(f"configuration {k} is no dict of arguments, but {kind}")
        try:
            values = version.values(given)
        except TypeError as error:
            raise TypeError(f"configuration {k} {error}") from None
        keys.append((version.key(work, values) if record else values, given))
    return keys


def _answers(work: Callable, left: dict, workers: int, cluster) -> engines.Answers:
    """The answers to what is left, from where it is worked on."""
    if cluster is not None:
        return engines.on_cluster(work, left, cluster, workers)
    if workers == 1:
        return engines.here(work, left)
    return engines.on_cores(work, left, workers)


def _failure(work: Callable, answer: dict) -> str | None:
    """Why an answer is none; None if it is one."""
    if "error" not in answer and answer["code"] != version.code(work.__module__):
        return "the worker has other files, or another torch, than this process has read"
    return answer.get("error")


def _in_order(keys: list[tuple], found: dict, failures: dict) -> list:
    """The results in the order of the configurations.

    Raises: FailedConfigurations if there are failures, with the trace of the first.
    """
    results = [found.get(key) for key, _ in keys]
    if not failures:
        return results
    error = FailedConfigurations([pair[:2] for pair in failures.values()], results)
    traces = [trace for _, _, trace in failures.values() if trace]
    for trace in traces[:1]:
        error.add_note(f"The first of them:\n{trace}")
    raise error
