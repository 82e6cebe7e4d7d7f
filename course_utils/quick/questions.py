"""Questions that the page asks by itself: a choice, or a number."""

import math
from hashlib import sha256
from pathlib import Path

import anywidget
import traitlets

from .readable import formulas_in, in_html, in_words

HERE = Path(__file__).parent


def synced(kind: type, *given) -> traitlets.TraitType:
    """A trait that Python and the browser share: ``kind(*given)``."""
    return kind(*given).tag(sync=True)


class Question(anywidget.AnyWidget):
    """A question that the browser asks and judges without a kernel.

    It shows itself three ways in one output: live; as HTML with the answer folded away,
    where nothing can run; and in plain text. ``key`` is the same for the same question.
    """

    _esm = (HERE / "quick.js").read_text("utf-8")
    _css = (HERE / "quick.css").read_text("utf-8")
    key = synced(traitlets.Unicode)
    question = synced(traitlets.Unicode)
    formulas = synced(traitlets.Dict)

    def listed(self) -> list[str]:
        """What there is to choose from."""
        raise NotImplementedError

    def asked(self) -> str:
        """The question, and what kind of answer it wants."""
        return self.question

    def resolved(self) -> list[str]:
        """The answer and the reason for it; then what is said of each other answer."""
        raise NotImplementedError

    def twin(self) -> str:
        """The question as HTML that needs no script."""
        listed = "".join(f"<li>{in_html(text)}</li>" for text in self.listed())
        options = f"<ul>{listed}</ul>" if listed else ""
        answer = "".join(f"<p>{in_html(text)}</p>" for text in self.resolved())
        return (
            f'<div class="cu-quick-twin"><p><strong>Quick check.</strong> '
            f"{in_html(self.asked())}</p>{options}"
            f"<details><summary>Answer</summary>{answer}</details></div>"
        )

    def words(self) -> str:
        """The question in plain text."""
        lines = [f"Quick check. {self.asked()}"]
        lines += [f"  - {text}" for text in self.listed()]
        return in_words("\n".join([*lines, f"Answer: {self.resolved()[0]}"]))

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = super()._repr_mimebundle_()
        still = {"text/html": self.twin(), "text/plain": self.words()}
        return {**data, **still}, metadata


class Choice(Question):
    """A question with options, each with what is said when it is chosen."""

    options = synced(traitlets.List)  # of [option, what is said, whether it is right]

    def listed(self) -> list[str]:
        """The options."""
        return [option for option, _, _ in self.options]

    def resolved(self) -> list[str]:
        """The right option, then the others."""
        ordered = sorted(self.options, key=lambda option: not option[2])
        return [f"{option}: {said}" for option, said, _ in ordered]


class Number(Question):
    """A question for a number, right within a tolerance."""

    answer = synced(traitlets.Float)
    tolerance = synced(traitlets.Float)
    unit = synced(traitlets.Unicode)
    because = synced(traitlets.Unicode)
    traps = synced(traitlets.List)  # of [wrong number, the reason for it]

    def listed(self) -> list[str]:
        """Nothing to choose from."""
        return []

    def asked(self) -> str:
        """The question, and the unit of its answer."""
        return (
            f"{self.question} (A number, in {self.unit}.)" if self.unit else self.question
        )

    def resolved(self) -> list[str]:
        """The number, then the likely mistakes."""
        traps = [f"{self._with_unit(wrong)}: {said}" for wrong, said in self.traps]
        return [f"{self._with_unit(self.answer)}: {self.because}", *traps]

    def _with_unit(self, number: float) -> str:
        return f"{number:g} {self.unit}".strip().replace("-", "−")


def choice(question: str, options: dict[str, str], answer: str) -> Choice:
    """Ask for one of the ``options``, of the form ``{option: what is said of it}``.

    The order of the options is drawn once for each question. Texts are plain, with
    formulas between dollar signs.

    Raises: ValueError for fewer than two options, an answer that is none of them, or an
    option of which nothing is said.
    """
    if len(options) < 2 or not all(options.values()):
        raise ValueError("a choice has two options or more, and says something of each")
    if answer not in options:
        raise ValueError(f"the answer {answer!r} is none of the options {list(options)}")
    drawn = sorted(options, key=lambda option: _digest(f"{question}/{option}"))
    return Choice(
        key=_key(question),
        question=question,
        options=[[option, options[option], option == answer] for option in drawn],
        formulas=formulas_in(question, *options, *options.values()),
    )


def number(
    question: str,
    answer: float,
    tolerance: float,
    unit: str = "",
    *,
    because: str,
    traps: dict[float, str] | None = None,
) -> Number:
    """Ask for a number; every number within ``tolerance`` of ``answer`` is right.

    ``because`` is said when it is, and ``traps``, of the form ``{wrong number: reason}``,
    when a likely mistake was made.

    Raises: ValueError if the answer is not finite, the tolerance not positive, nothing is
    said of the answer, or a trap would be taken for the answer.
    """
    answer = float(answer)
    traps = {float(wrong): said for wrong, said in (traps or {}).items()}
    if not math.isfinite(answer) or not tolerance > 0 or not because:
        raise ValueError("a number is finite, has a tolerance above 0, and a reason")
    for wrong in traps:
        if abs(wrong - answer) <= 2 * tolerance:
            raise ValueError(f"the trap {wrong} lies within twice {tolerance} of {answer}")
    return Number(
        key=_key(question),
        question=question,
        answer=answer,
        tolerance=float(tolerance),
        unit=unit,
        because=because,
        traps=[[wrong, said] for wrong, said in traps.items()],
        formulas=formulas_in(question, because, *traps.values()),
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _key(question: str) -> str:
    return f"quick-{_digest(question)[:10]}"
