"""What the kernel of a tested chapter calls; a copy of this file stands beside it."""

import contextlib
import io

REJECTIONS = (AssertionError, TypeError, ValueError, AttributeError, NotImplementedError)


def rejects(check, state):
    """Fail if a check accepts the starter, or stumbles instead of saying what is wrong."""
    try:
        exec(check, dict(state))
    except REJECTIONS:
        return
    raise AssertionError("the check accepts the starter")


def accepts(check, solution, state):
    """Run a solution, and its check, on a copy of the reader's state."""
    solved = dict(state)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(solution, solved)
    print(printed.getvalue(), end="")
    exec(check, solved)
