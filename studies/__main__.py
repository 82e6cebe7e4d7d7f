"""Fill the tables in course_utils/tables that are missing or unfinished.

Rows that are there stay, so that a study that was interrupted goes on where it stopped.
"""

import argparse
import sys
from importlib import import_module

from .table import Table

STUDIES = (
    "front-page",
    "two-forms",
    "spectral-cost",
    "data-efficiency",
    "infrared",
    "unrolling",
    "unrolling-budgets",
    "unrolled-photographs",
    "physics-or-data",
    "tomography",
    "terms-above-noise",
    "best-filter",
    "zero-boundary",
    "inverse-crime",
    "rules-for-lambda",
    "coverage",
    "photon-counts",
    "stopping-in-time",
    "borders",
    "photograph-priors",
    "sparse-signals",
    "learned-numbers",
    "materials",
    "training-a-network",
    "nonlinear-detectors",
    "nonlinear-boundary",
    "adjoint-or-pinn",
    "saturated-sensor",
    "phase-retrieval",
    "wrong-psf",
    "how-much-to-fix",
)


def module_of(name: str):
    """The study: ``studies/two_forms.py`` of "two-forms", and so with the others."""
    return import_module(f"studies.{name.replace('-', '_')}")


def sentence(name: str) -> str:
    """What a study asks, in the first sentence of its module."""
    return " ".join(module_of(name).__doc__.split("\n\n")[0].split())


def main(arguments: list[str]) -> int:
    """The command line; returns the exit status."""
    listed = "\n".join(f"  {name:22}{sentence(name)}" for name in STUDIES)
    parser = argparse.ArgumentParser(
        prog="python -m studies",
        description=__doc__,
        epilog=f"studies:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a study; all if none")
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help='a Dask scheduler, such as tcp://host:8786, or "local"; '
        "rows whose times are compared are made here all the same",
    )
    given = parser.parse_args(arguments)
    names = given.names
    unknown = [name for name in names if name not in STUDIES]
    if unknown:
        parser.error(f"no study {', '.join(unknown)}: there are {', '.join(STUDIES)}")
    Table.cluster = given.cluster
    for name in names or STUDIES:
        module_of(name).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
