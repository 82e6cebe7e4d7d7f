"""The check of an exercise: it answers in a sentence, and nothing turns red."""

import ast
import dis
import inspect
import linecache
import sys
import textwrap
import traceback as tracebacks
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType, TracebackType

NOTHING = "Nothing has been returned yet: replace the ... in the cell above."
FORGOTTEN = "Nothing comes back yet: does the cell above end with `return`?"


@dataclass
class Outcome:
    """What the last check found; ``passed`` is None before the first."""

    passed: bool | None = None
    said: str = ""


last = Outcome()


class Check:
    """The asserts of an exercise, between ``with`` and the end of the cell.

    The names that they set are put back: a later exercise finds the chapter's own.
    """

    def __init__(self, learned: str):
        self._learned = learned

    def __enter__(self) -> "Check":
        self._names = sys._getframe(1).f_globals
        self._before = dict(self._names)
        return self

    def __exit__(self, kind, error, traceback) -> bool:
        if error is not None and not isinstance(error, Exception):
            return False  # a reader who stops the kernel
        last.passed = error is None
        last.said = complaint(error, traceback) if error else f"Passed. {self._learned}"
        self.put_back()
        print(last.said)
        return True

    def put_back(self) -> None:
        """Take away the names that are new, and give the old ones what they stood for."""
        for name in set(self._names) - set(self._before):
            del self._names[name]
        self._names.update(self._before)


def check(learned: str) -> Check:
    """Say in a sentence whether the answer above is right.

    In ``with quick.check("..."):`` stand asserts, each with what is likely wrong. If all
    hold, what was ``learned`` is printed; if one fails, its words; if something else goes
    wrong, what that was. ``quick.last`` holds the outcome.
    """
    return Check(learned)


def complaint(error: Exception, traceback: TracebackType) -> str:
    """What a reader should know about an error in a check."""
    frame = traceback.tb_frame
    used = [frame.f_globals.get(name) for name in names_in(frame.f_code)]
    own = [thing for thing in used if defined_beside(thing, frame)]
    if any(thing is Ellipsis for thing in used) or any(map(has_dots, own)):
        return NOTHING
    if isinstance(error, NotImplementedError):
        return NOTHING
    if isinstance(error, AssertionError):
        return f"Not yet: {sentence(error)}"
    if isinstance(error, NameError):
        name = error.name
        return f"Not yet: `{name}` is not defined. Run the cell above, or import it there."
    if line := line_of_reader(traceback):
        name = type(error).__name__
        return f"Not yet: your line `{line}` ends in {name}: {sentence(error)}"
    if "NoneType" in str(error):
        return FORGOTTEN
    return f"Not yet: {kind_of(error)} ({sentence(error).rstrip('.')})."


def sentence(error: Exception) -> str:
    """The first line of an error, with a full stop."""
    first = (str(error).strip().splitlines() or ["no reason is given"])[0]
    return first if first.endswith((".", "!", "?")) else f"{first}."


def kind_of(error: Exception) -> str:
    """What a check could not use."""
    if "argument" in str(error) and "()" in str(error) and "must be" not in str(error):
        return "the check calls it with other arguments"
    if isinstance(error, (TypeError, AttributeError)):
        return "what comes back has another type than the check expects"
    if "unpack" in str(error):
        return "another number of results comes back than the check expects"
    return "what comes back has another shape or size than the check expects"


def names_in(code: CodeType) -> Iterator[str]:
    """The names that some code uses, in its functions, too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def defined_beside(thing: object, frame: FrameType) -> bool:
    """Whether a function or a class was written in the notebook that holds the check."""
    kinds = (FunctionType, type)
    return isinstance(thing, kinds) and thing.__module__ == frame.f_globals.get("__name__")


def has_dots(thing: FunctionType | type) -> bool:
    """Whether ``...`` still stands for code in a function, or in a method of a class."""
    if isinstance(thing, type):
        return any(has_dots(f) for f in vars(thing).values() if isinstance(f, FunctionType))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, SyntaxError):
        return does_nothing(thing.__code__)
    indices = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    meant = {id(part) for index in indices for part in ast.walk(index)}
    dots = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value is ...]
    return does_nothing(thing.__code__) or any(id(node) not in meant for node in dots)


def does_nothing(code: CodeType) -> bool:
    """Whether some code does no more than return None."""
    for step in dis.get_instructions(code):
        loads_none = step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval is None
        if not loads_none and step.opname not in ("RESUME", "NOP", "RETURN_VALUE"):
            return False
    return True


def line_of_reader(traceback: TracebackType) -> str:
    """The last line of the reader's own code that an error came through; "" if none."""
    check = traceback.tb_frame
    name = check.f_globals.get("__name__")
    found = ""
    for frame, number in tracebacks.walk_tb(traceback.tb_next):
        beside = frame.f_globals.get("__name__") == name
        if beside and frame.f_code.co_filename != check.f_code.co_filename:
            found = linecache.getline(frame.f_code.co_filename, number).strip()
    return found
