"""Mutants of questions, of checks of exercises, of tables, and of the rules for prose."""

from . import Mutant

QUICK = "tests/package/test_quick.py"
PLOTS = "tests/package/test_plots.py"
RULES = "tests/tools/test_exercise_rules.py"
WORDS = "tests/tools/test_words.py"

MUTANTS = [
    Mutant(
        "the right option comes first",
        "course_utils/quick/questions.py",
        "key=lambda option: _digest(f",
        "key=lambda option: option != answer or _digest(f",
        QUICK,
    ),
    Mutant(
        "a trap may lie within the tolerance",
        "course_utils/quick/questions.py",
        "<= 2 * tolerance",
        "<= 0 * tolerance",
        QUICK,
    ),
    Mutant(
        "the twin shows what is in the answer",
        "course_utils/quick/questions.py",
        "<details><summary>Answer</summary>{answer}</details></div>",
        "<p>{answer}</p><details><summary>Answer</summary></details></div>",
        QUICK,
    ),
    Mutant(
        "a decimal comma is dropped",
        "course_utils/quick/quick.js",
        '.replaceAll(".", "").replace(",", ".")',
        '.replaceAll(".", "").replace(",", "")',
        QUICK,
    ),
    Mutant(
        "of two traps the first is taken, not the nearest",
        "course_utils/quick/quick.js",
        "distance(a) - distance(b)",
        "0",
        QUICK,
    ),
    Mutant(
        "a check passes whatever fails",
        "course_utils/quick/checking.py",
        "last.passed = error is None",
        "last.passed = True",
        QUICK,
    ),
    Mutant(
        "a reader cannot stop a check",
        "course_utils/quick/checking.py",
        "return False  # a reader who stops the kernel",
        "return True",
        QUICK,
    ),
    Mutant(
        "an index with dots counts as an open starter",
        "course_utils/quick/checking.py",
        "any(id(node) not in meant for node in dots)",
        "bool(dots)",
        QUICK,
    ),
    Mutant(
        "of what looks equal the first alone is best",
        "course_utils/plots/tabular.py",
        "best=text == winner",
        "best=x == best(measured)",
        PLOTS,
    ),
    Mutant(
        "what was not measured is zero",
        "course_utils/plots/tabular.py",
        "return math.nan if value is None else float(value)",
        "return float(value or 0)",
        PLOTS,
    ),
    Mutant(
        "wrong answers are not tried",
        "tools/trial.py",
        "for answer in wrong:",
        "for answer in wrong[:0]:",
        RULES,
    ),
    Mutant(
        "wrong answers reach the student",
        "tools/student.py",
        'cell.metadata.pop("wrong", None)',
        'cell.metadata.get("wrong", None)',
        RULES,
    ),
    Mutant(
        "a formula takes no room in a sentence",
        "tools/anatomy/words.py",
        '"formula"),',
        '""),',
        WORDS,
    ),
    Mutant(
        "long waves are Fourier modes everywhere",
        "tools/anatomy/words.py",
        r'r"(?<![\w-])waves?(?![\w-])"',
        r'r"waves?"',
        WORDS,
    ),
]
