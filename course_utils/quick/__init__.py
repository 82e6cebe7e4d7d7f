"""What the book asks its reader: quick checks in the page, and the checks of exercises.

``quick.last`` holds the outcome of the exercise check that ran last, for programs.
"""

from .checking import check, last
from .questions import choice, number

__all__ = ["check", "choice", "last", "number"]
