"""Whether a claim holds, which inequalities over measured numbers decide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean

HOLDS = "holds"
HOLDS_IF = "holds if"
FAILS = "fails"
NOT_TESTABLE = "not testable here"
ROUND_OFF = 1e-11  # below it numbers in double precision are another machine's, too
VERDICTS = (HOLDS, HOLDS_IF, FAILS, NOT_TESTABLE)


@dataclass(frozen=True)
class Inequality:
    """A statement that measured numbers decide: all are below a bound, or all above it.

        statement      what the numbers are, with the setting that they belong to
        numbers()      one number for each training, scene or setting, read from a table
        sign, bound    "<" or ">", and what every number is compared with

    Raises: ValueError for another sign; where it is evaluated, for an empty list, or for a
        table that is not there.
    """

    statement: str
    numbers: Callable[[], Sequence[float]]
    sign: str
    bound: float
    unit: str = ""

    def __post_init__(self):
        if self.sign not in ("<", ">"):
            raise ValueError(f"the sign of an inequality is '<' or '>', not {self.sign!r}")

    @cached_property
    def values(self) -> list[float]:
        """The numbers, of which there is one at least; they are read once."""
        values = [float(value) for value in self.numbers()]
        if not values:
            raise ValueError(f"no number was measured for: {self.statement}")
        return values

    def holds(self) -> bool:
        """Whether every number is on the right side. NaN is on none."""
        if self.sign == "<":
            return all(value < self.bound for value in self.values)
        return all(value > self.bound for value in self.values)

    def measured(self) -> str:
        """The mean, with the extremes and the count where there are several."""
        values = self.values
        if all(abs(value) < ROUND_OFF for value in values):
            return "0, to round-off"
        text = f"{written(mean(values))}{self.unit}"
        if len(values) == 1:
            return text
        ends = f"{written(min(values))} to {written(max(values))}"
        return f"{text} ({ends}; {len(values)})"

    def asked(self) -> str:
        """The bound as it is read: "< 0 dB"."""
        return f"{self.sign} {written(self.bound)}{self.unit}"


@dataclass(frozen=True)
class Row:
    """A sentence of the summary, and what decides it.

        place, name        where the summary has it, and its matter in twelve words at most
        inside             what has to hold where the condition is met
        outside            what would have to hold for the claim to need no condition
        condition          the condition in words, if there is one
        where              labels of the figures and equations that show it
        reason             why nothing here can decide it, if nothing can

    Raises: ValueError for a name of more than twelve words, for a row with neither an
        inequality nor a reason, or with something outside of a condition that is not named.
    """

    place: str
    name: str
    inside: tuple[Inequality, ...] = ()
    outside: tuple[Inequality, ...] = ()
    condition: str = ""
    where: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self):
        if len(self.name.split()) > 12:
            raise ValueError(f"more than twelve words: {self.name!r}")
        if bool(self.inside) == bool(self.reason):
            raise ValueError(f"{self.name!r} needs inequalities, or a reason for none")
        if bool(self.outside) != bool(self.condition):
            raise ValueError(f"{self.name!r} has a condition, or something outside, alone")

    def verdict(self) -> str:
        """Holds, holds if, fails, or not testable here: what the inequalities say."""
        if not self.inside:
            return NOT_TESTABLE
        if not all(one.holds() for one in self.inside):
            return FAILS
        return HOLDS if all(one.holds() for one in self.outside) else HOLDS_IF


def written(value: float) -> str:
    """A number in three digits, with a true minus sign."""
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", "−")
