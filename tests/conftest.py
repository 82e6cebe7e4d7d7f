"""Fixtures shared by all tests, the order in which they run, and who runs them."""

import os
import random
import re
import sys
from pathlib import Path

import house
import matplotlib
import numpy as np
import pytest
import torch
import writable_home

writable_home.provide()
matplotlib.use("Agg")  # figures are drawn and never shown
os.environ["TQDM_DISABLE"] = "1"  # a bar shows the time it took: no output to compare


@pytest.fixture
def randn():
    """Seeded draws in double precision, so that tolerances can stay tight."""
    generator = torch.Generator().manual_seed(0)
    return lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.fixture
def doubles():
    """Meanwhile torch makes tensors of double precision, where no type is asked for."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture(autouse=True)
def global_generators_stay_untouched():
    """Random numbers come from local generators, in sight; the global ones do not move."""
    torch_before = torch.get_rng_state()
    numpy_before = np.random.get_state()
    yield
    assert torch.equal(torch.get_rng_state(), torch_before), (
        "the test moved torch's generator"
    )
    numpy_after = np.random.get_state()
    same = all(np.array_equal(a, b) for a, b in zip(numpy_before, numpy_after, strict=True))
    assert same, "the test moved NumPy's generator"


def pytest_addoption(parser):
    """``--order=SEED`` repeats the order of a run, which its first lines name."""
    parser.addoption("--order", type=int, help="the seed of the order of the tests")


def others():
    """The modules that are not of this repository, as an expression."""
    root = Path(__file__).resolve().parents[1]
    found = [*root.glob("*/__init__.py"), *root.glob("tools/*/__init__.py")]
    ours = [path.parent.name for path in found]
    ours += [path.stem for path in root.glob("tools/*.py")]
    return rf"(?!({'|'.join(ours)})\b)"  # without a colon, which ends a field


def pytest_configure(config):
    """One order for all workers, and one thread for each of them: they share the cores.

    Warnings are errors. On a Python newer than the one that is promised those of other
    packages are not: they may be about that very Python, and a reader can do nothing.
    """
    if sys.version_info >= (3, 12):
        config.addinivalue_line("filterwarnings", f"default:::{others()}")
    shared = getattr(config, "workerinput", None)
    config.order = shared["order"] if shared else config.getoption("order")
    if config.order is None:
        config.order = random.SystemRandom().randrange(10_000)
    if shared:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        torch.set_num_threads(1)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Tell a worker the order."""
    node.workerinput["order"] = node.config.order


def pytest_report_header(config):
    """Say how to repeat the order."""
    return f"order of the tests: --order={config.order}"


PAGE = re.compile(r"^(tests/book/).*\[(?:.*-)?(book/.*?-(?:desk|phone))\b.*\]$")
APART = "tests/tools/test_hidden_tests.py"  # of each chapter minutes
ALONE = ("tests/book/test_chapters.py", "tests/book/test_front_notebook.py", APART)


def group_of(nodeid):
    """What stays together: the cells of a notebook, a page in a window, a module."""
    if nodeid.startswith(APART):
        return nodeid
    page = PAGE.match(nodeid)
    return "".join(page.groups()) if page else nodeid.split("::")[0]


def turn_of(name, items):
    """When a group runs: notebooks, then all that share a browser, then what is slow."""
    if name.endswith(".ipynb") or name.startswith(ALONE):
        return 0
    if name.startswith("tests/book/"):
        return 1
    return 2 if any(item.get_closest_marker("slow") for item in items) else 3


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Groups in random order, the long ones first; in a notebook the cells keep theirs.

    A test that leaves its page changed, `last`, runs when others have looked at the page.
    """
    holds = house.rules_hold(Path(__file__).parents[1])
    groups = {}
    for item in items:
        if house.stands_down(item.nodeid, holds):
            item.add_marker(pytest.mark.skip(reason=house.OFF))
        groups.setdefault(group_of(item.nodeid), []).append(item)
    draw = random.Random(config.order)
    names = sorted(groups)
    draw.shuffle(names)
    names.sort(key=lambda name: turn_of(name, groups[name]))
    for name in names:
        if not name.endswith(".ipynb"):
            draw.shuffle(groups[name])
            groups[name].sort(key=lambda item: bool(item.get_closest_marker("last")))
    items[:] = [item for name in names for item in groups[name]]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give whole groups to the workers, in the order of the groups."""
    from xdist.scheduler import LoadScopeScheduling  # only a run with workers needs it

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return Groups(config, log)
