"""The package stays small, and its modules form the graph that CONTRIBUTING.md draws."""

import ast
import importlib
import inspect
import re
from pathlib import Path
from statistics import median

import pytest

from tests.package import architecture

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "course_utils"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TOOLS = sorted(
    p for room in ("tools", "studies", "benchmarks") for p in (ROOT / room).rglob("*.py")
)


def title(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def name_of(path):
    """A module's name below the package: ``linear``, ``operators.blur``."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def text(path):
    return path.read_text(encoding="utf-8")


each_module = pytest.mark.parametrize("path", MODULES, ids=title)


RULES_FOR_TOOLS = [
    architecture.module_is_short,
    architecture.functions_are_short,
    architecture.long_argument_lists_are_named,
    architecture.a_line_assigns_one_thing,
    architecture.texts_have_an_encoding,
    architecture.nothing_reaches_for_the_network,
]


def faults(rules, name, source):
    """What each of the rules says against a module."""
    return [fault for rule in rules for fault in rule(name, source)]


@each_module
def test_module_keeps_the_rules(path):
    assert faults(architecture.RULES, name_of(path), text(path)) == []


@pytest.mark.parametrize("path", TOOLS, ids=title)
def test_tool_keeps_the_rules(path):
    assert faults(RULES_FOR_TOOLS, path.stem, text(path)) == []


def test_functions_are_short_in_the_median():
    functions = [
        f for path in MODULES for f in architecture.nodes(text(path), ast.FunctionDef)
    ]
    assert median(map(architecture.body_lines, functions)) <= 5


@each_module
def test_module_has_tests_of_its_own(path):
    if text(path).count("\n") > 10 or path.name != "__init__.py":
        beside = ROOT / "tests" / "package" / path.relative_to(PACKAGE).parent
        places = (beside / f"test_{path.stem}.py", beside / f"test_{path.parent.name}.py")
        places += (beside.with_name(f"test_{path.parent.name}.py"),)
        assert any(place.exists() for place in places)


def arrows():
    """What each room of the package imports from, as its modules have it today."""
    drawn = {room: set() for room in architecture.MAY_IMPORT}
    for path in MODULES:
        name = name_of(path)
        drawn[architecture.room(name)] |= set(architecture.known(name, text(path)))
    return drawn


def test_every_arrow_of_the_graph_is_used():
    assert arrows() == architecture.MAY_IMPORT


def map_of(page):
    """The import graph that a text draws, in lines such as ``bayes -> linear, solvers``."""
    drawn = {}
    for line in re.findall(r"(?m)^([a-z_, ]+ -> [a-z_, ]+)$", page):
        rooms, targets = (set(re.split(", *", side.strip())) for side in line.split("->"))
        for room in rooms:
            drawn[room] = drawn.get(room, set()) | (targets - {"nothing"})
    return drawn


def test_the_map_in_contributing_is_the_graph():
    drawn = map_of(text(ROOT / "CONTRIBUTING.md"))
    assert drawn == {k: v for k, v in architecture.MAY_IMPORT.items() if k != "__init__"}


def test_no_name_holds_the_number_of_a_chapter_or_a_part():
    titles = map(title, MODULES + TOOLS + TESTS)
    assert [t for t in titles if re.search(r"(?i)(ch|chapter|part)_?\d|\d\d-", t)] == []


def test_the_path_of_modules_is_left_alone():
    changed = [title(path) for path in TESTS + TOOLS if "sys" + ".path" in text(path)]
    assert [name for name in changed if not name.startswith("tools.")] == []


def undocumented(module):
    """The public names that a module defines and that say nothing about themselves."""
    if not inspect.getdoc(module):
        yield module.__name__
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if not inspect.getdoc(thing):
            yield name
        if inspect.isclass(thing):
            members = [m for m in vars(thing) if not m.startswith("_")]
            functions = [m for m in members if callable(getattr(thing, m))]
            yield from (
                f"{name}.{m}" for m in functions if not inspect.getdoc(getattr(thing, m))
            )


@each_module
def test_public_names_are_documented(path):
    module = importlib.import_module(title(path).removesuffix(".__init__"))
    assert list(undocumented(module)) == []


FAULTS = {
    "imports_follow_the_graph": [
        "from .networks import UNet",
        "from . import networks",
        "import course_utils.networks",
        "from course_utils import networks",
        "from course_utils.networks import UNet",
    ],
    "nothing_reaches_for_the_network": [
        "import requests",
        "from urllib import request",
        "torch.hub",
    ],
    "module_is_short": ["x = 1\n" * 201],
    "long_argument_lists_are_named": ["def f(a, b, c, d, e, f): pass"],
    "a_line_assigns_one_thing": ["a, b = c, d", "a, b = a, b", "a, b, c, d = e"],
    "functions_are_short": ["def f():\n" + "    x = 1\n" * 26],
    "functions_list_their_arguments": ["def f(**options): pass"],
    "names_say_what_things_are": [
        "def get_psf(): pass",
        "num_views = 3",
        "class BaseOperator: pass",
        "class NetConfig: pass",
        "def f(io_utils): pass",
    ],
    "loading_is_safe": [
        "import pickle",
        "from pickle import loads",
        "import joblib",
        "from joblib import Parallel, load",
        "np.load(path, allow_pickle=True)",
        "torch.load(path, weights_only=False)",
        "torch.load(path)",
    ],
    "seeds_are_local": [
        "torch.manual_seed(0)",
        "np.random.seed(0)",
        "torch.cuda.manual_seed(1)",
    ],
    "texts_have_an_encoding": ["open(path)", "path.read_text()", "open(path, 'w')"],
}
GOOD = '''
import torch
from joblib import Parallel, delayed
from .linear import Matrix

def psf(width: float):
    """A psf."""
    a, b = b, a
    U, s, V = H.svd
    generator = torch.Generator().manual_seed(0)
    open(path, "rb"), path.read_text(encoding="utf-8")
    np.load(path, allow_pickle=False), torch.load(path, weights_only=True)
    return torch.ones(width)
'''


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_rule_accepts_good_code_and_sees_each_fault(rule):
    assert list(rule("choose", GOOD)) == []
    for fault in FAULTS[rule.__name__]:
        assert list(rule("choose", fault)), fault


def test_parts_of_explore_know_each_other_and_plots():
    rule = architecture.imports_follow_the_graph
    assert (
        list(rule("explore.x", "from ..plots import curves\nfrom .figure import Figure"))
        == []
    )
    for fault in (
        "from ..linear import Matrix",
        "from course_utils import linear",
        "from .. import x",
    ):
        assert list(rule("explore.x", fault)), fault
