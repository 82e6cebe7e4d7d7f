"""What the kernel of a tested chapter calls; a copy of this file stands beside it."""

import contextlib
import io
import sys

from course_utils import quick

REJECTIONS = (AssertionError, TypeError, ValueError, AttributeError, NotImplementedError)
UNTOUCHED = "Nothing has been returned yet"
RED = []  # what a reader who has answered nothing would see in red


class Watched:
    """The stream of errors and warnings, which keeps what is written."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        RED.append(text)
        return self.stream.write(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def watch():
    """Note from now on what is written to where errors and warnings go."""
    sys.stderr = Watched(sys.stderr)


def nothing_red():
    """Fail if a reader who has answered nothing would have seen something in red."""
    if RED:
        raise AssertionError(f"this shows in red: {''.join(RED)!r}")


def unseen():
    """What is written meanwhile is shown to nobody."""
    hidden = contextlib.ExitStack()
    hidden.enter_context(contextlib.redirect_stdout(io.StringIO()))
    hidden.enter_context(contextlib.redirect_stderr(io.StringIO()))
    return hidden


def speaks(check):
    """Whether a check answers in sentences, and lets no error through."""
    return "quick.check(" in check


def accepted(check, state):
    """Whether a check accepts the answer in a state, of which it gets a copy."""
    quick.last.passed = None
    rejections = () if speaks(check) else REJECTIONS
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(check, dict(state))
    except rejections:
        return False
    return quick.last.passed if speaks(check) else True


def rejects(check, *rest):
    """Fail if a check accepts the starter, or one of the wrong answers, or stumbles.

    What comes last is the state after the starter; the answers before it are run on it.
    """
    *wrong, state = rest
    if accepted(check, state):
        raise AssertionError("the check accepts the starter")
    if speaks(check) and not quick.last.said.startswith(UNTOUCHED):
        raise AssertionError(f"of the untouched starter the check says {quick.last.said!r}")
    for answer in wrong:
        answered = dict(state)
        try:
            with unseen():
                exec(answer, answered)
        except Exception as error:
            raise AssertionError(f"the answer {answer!r} stops with {error!r}") from error
        with unseen():
            mistaken = accepted(check, answered)
        if mistaken:
            raise AssertionError(f"the check accepts the wrong answer {answer!r}")


def accepts(check, solution, state):
    """Run a solution, and its check, on a copy of the reader's state."""
    solved = dict(state)
    printed = io.StringIO()
    with unseen(), contextlib.redirect_stdout(printed):
        exec(solution, solved)
    print(printed.getvalue(), end="")
    with unseen():
        if not speaks(check):
            exec(check, solved)
        elif not accepted(check, solved):
            raise AssertionError(f"of the solution the check says {quick.last.said!r}")
