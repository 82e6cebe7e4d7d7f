"""What the kernel of a tested chapter calls; a copy of this file stands beside it."""

import contextlib
import io

from course_utils import quick

REJECTIONS = (AssertionError, TypeError, ValueError, AttributeError, NotImplementedError)
UNTOUCHED = "Nothing has been returned yet"


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
            with contextlib.redirect_stdout(io.StringIO()):
                exec(answer, answered)
        except Exception as error:
            raise AssertionError(f"the answer {answer!r} stops with {error!r}") from error
        if accepted(check, answered):
            raise AssertionError(f"the check accepts the wrong answer {answer!r}")


def accepts(check, solution, state):
    """Run a solution, and its check, on a copy of the reader's state."""
    solved = dict(state)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(solution, solved)
    print(printed.getvalue(), end="")
    if not speaks(check):
        exec(check, solved)
    elif not accepted(check, solved):
        raise AssertionError(f"of the solution the check says {quick.last.said!r}")
