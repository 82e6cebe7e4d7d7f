"""Runs pytest in copies of one process that has imported the large packages already.

Most of a short test is the time to import them. A line of JSON on stdin holds the words for
pytest and the file for what it says; two lines on stdout answer: the number of the process
that runs, and its exit status.
"""

import gc
import json
import os
import sys
from importlib import import_module

LARGE = ("torch", "matplotlib.pyplot", "scipy.sparse", "scipy.signal", "scipy.ndimage")
MORE = ("skimage", "PIL.Image", "nbformat", "nbclient", "jsonschema", "yaml", "pytest")
OURS = ("tests", "course_utils", "studies", "benchmarks")


def become_pytest(words, said):
    """Run pytest in this process, which ends with it."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(out, stream)
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.argv[:] = ["pytest", *words]
    sys.exit(import_module("pytest").main(words))


def main():
    """Import the packages, then copy this process for each line."""
    for name in (*LARGE, *MORE):
        import_module(name)
    gc.freeze()  # pytest collects garbage at its end: most of the rest of the time
    for line in sys.stdin:
        asked = json.loads(line)
        if (child := os.fork()) == 0:
            become_pytest(**asked)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
