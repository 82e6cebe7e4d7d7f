"""Mutants of the tools, and of the rules for chapters and for code."""

from . import Mutant

TOOLS = [
    Mutant(
        "progress bars are reported as errors",
        "tools/execution.py",
        '"\\r" not in output.text',
        '"\\r" in output.text',
        "tests/tools/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "the check passes outputs of other code",
        "tools/notebooks.py",
        'notebook.metadata.get("tested") != tested_with(notebook)',
        'notebook.metadata.get("tested") is None',
        "tests/tools/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "starters are counted as run",
        "tools/normal_form.py",
        '"skip-execution" not in tags(cell)',
        '"skipped" not in tags(cell)',
        "tests/tools/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "pictures keep their text",
        "tools/normal_form.py",
        'b"tEXt", ',
        "",
        "tests/tools/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "students see the solutions",
        "tools/student.py",
        '"solution" not in tags(cell)',
        '"answer" not in tags(cell)',
        "tests/tools/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "students get no package",
        "tools/student.py",
        '"course_utils", "pyproject.toml"',
        '"pyproject.toml"',
        "tests/tools/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "a measured time is rounded down to minutes",
        "tools/coursebook.py",
        "seconds < 90",
        "seconds < 30",
        "tests/tools/test_coursebook.py -k measured_time",
    ),
    Mutant(
        "a fork off GitHub gets a link to Colab",
        "tools/repository.py",
        'if self.host != "github.com":',
        "if not self.host:",
        "tests/tools/test_repository.py",
    ),
    Mutant(
        "a title is put on a card as it is",
        "tools/chapter_path.py",
        'escape(about["title"])',
        'about["title"]',
        "tests/tools/test_chapter_path.py",
    ),
    Mutant(
        "a card shows another figure than the one that opens the chapter",
        "tools/chapter_path.py",
        'if "opening" in tags(cell):',
        'if "starter" in tags(cell):',
        "tests/tools/test_chapter_path.py",
    ),
    Mutant(
        "the page on speed shows each group twice",
        "tools/bench_page.py",
        'if r["group"] == name]',
        "]",
        "tests/benchmarks/test_benchmarks.py",
    ),
    Mutant(
        "the rows of the README stay where they were when a chapter moves",
        "tools/moving.py",
        "contents.sorted_rows(texts[README])",
        "texts[README]",
        "tests/tools/test_moving.py -k sorted_again",
    ),
    Mutant(
        "a move mends code as if it were prose",
        "tools/mending.py",
        'if cell.cell_type == "markdown":',
        "if cell.source:",
        "tests/tools/test_moving.py -k code_is_left",
    ),
    Mutant(
        "a link keeps its old number when its chapter moves",
        "tools/mending.py",
        "str(int(new[:2])) if",
        "n[0] if",
        "tests/tools/test_moving.py -k links_follow",
    ),
    Mutant(
        "a solution that is tried leaves its names behind",
        "tools/trial.py",
        "solved = dict(state)",
        "solved = state",
        "tests/tools/test_tested.py -k no_trace",
    ),
]

ANATOMY = [
    Mutant(
        "a picture may be described in a word",
        "tools/anatomy/figures.py",
        "not 15 <= words <= 50",
        "words > 50",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "a circle of chapters passes",
        "tools/anatomy/book.py",
        "    if waiting:",
        "    if not waiting:",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "things may be clearly so",
        "tools/anatomy/prose.py",
        "simply|clearly",
        "simply",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "math is counted as words",
        "tools/anatomy/prose.py",
        'r"\\$[^$]+\\$",',
        "",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "a check may accept its starter",
        "tools/trial.py",
        'raise AssertionError("the check accepts the starter")',
        "return",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "statements may have 800 words",
        "tools/anatomy/exercise_rules.py",
        ".split()) > 80",
        ".split()) > 800",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "a link may tell the number of another chapter",
        "tools/anatomy/links.py",
        "if told - {int(number)} or",
        "if len(told) > 1 or",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "a cell that is no longer folded stays closed",
        "tools/folding.py",
        "if label or was_folded:",
        "if label:",
        "tests/tools/test_notebooks.py -m 'not slow' -k folded",
    ),
    Mutant(
        "a quick check shows its code",
        "tools/folding.py",
        "if label == QUICK_CHECK else",
        "if label == CHECKED else",
        "tests/tools/test_notebooks.py -m 'not slow' -k quick_check",
    ),
    Mutant(
        "a claim may have sixty words",
        "tools/anatomy/opening.py",
        "LONGEST_CLAIM = 30",
        "LONGEST_CLAIM = 60",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "folded cells count as open",
        "tools/anatomy/cells.py",
        "in code_cells(notebook) if not fold_of(cell)]",
        "in code_cells(notebook)]",
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "open code may stand before the opening",
        "tools/anatomy/opening.py",
        'if fold_of(cell) != "Set-up":',
        'if fold_of(cell) not in ("", "Set-up"):',
        "tests/tools/test_anatomy.py",
    ),
    Mutant(
        "a term may be linked after its first use",
        "tools/anatomy/terms.py",
        "if linked.get(term.anchor, len(text)) > place:",
        "if term.anchor not in linked:",
        "tests/tools/test_glossary.py",
    ),
    Mutant(
        "a part of a longer term counts as a term",
        "tools/glossary.py",
        "key=len, reverse=True)",
        "key=len)",
        "tests/tools/test_glossary.py",
    ),
    Mutant(
        "a preview keeps its links",
        "tools/pieces.py",
        'piece = ANCHOR.sub(lambda tag: f"<{tag[1]}span>", piece)',
        "piece = str(piece)",
        "tests/tools/test_pieces.py",
    ),
    Mutant(
        "an element ends at the first closing tag",
        "tools/pieces.py",
        "depth += -1 if found[1] else 1",
        "depth = 0 if found[1] else 1",
        "tests/tools/test_pieces.py",
    ),
]

ARCHITECTURE = [
    Mutant(
        "modules may have 210 lines of code",
        "tests/package/architecture.py",
        "lines_of_code(source) > 200",
        "lines_of_code(source) > 210",
        "tests/package/test_architecture.py",
    ),
    Mutant(
        "a module may import any other",
        "tests/package/architecture.py",
        "- MAY_IMPORT.get(room(name), set())",
        "- set(MAY_IMPORT)",
        "tests/package/test_architecture.py",
    ),
]

TEACHING = [
    Mutant(
        "points are given by hand where no reasons count",
        "tools/teaching_facts.py",
        "if self.kind in SHARED",
        "if self.kind not in SHARED",
        "tests/tools/test_teaching_pages.py -k points",
    ),
    Mutant(
        "the adjoint of an echo is said to be an echo",
        "tools/teaching_exam.py",
        "[*u[1:], 0]",
        "[0, *u[:-1]]",
        "tests/tools/test_teaching_exam.py -k adjoint",
    ),
    Mutant(
        "the load of a syllabus is that of the whole page",
        "tools/teaching_pages.py",
        "p.replace(asked, load(p))",
        "p.replace(asked, load(text))",
        "tests/tools/test_teaching_pages.py -k load",
    ),
]

GRADING = [
    Mutant(
        "what a student's object says of itself is believed",
        "tools/grading/stage.py",
        'channel.values_alone = not test["objects"]',
        "channel.values_alone = False",
        "tests/tools/test_grading.py -k deserves",
    ),
    Mutant(
        "the hidden test draws what the notebook draws",
        "tools/grading/stage.py",
        'text = f"{secret} {seed}".encode()',
        "return chosen(seed)",
        "tests/tools/test_grading.py -k deserves",
    ),
    Mutant(
        "a link is followed out of what was handed in",
        "tools/grading/marking.py",
        "if path.is_symlink() or ",
        "if ",
        "tests/tools/test_grading.py -k stranger",
    ),
    Mutant(
        "an answer in the new release is overwritten",
        "tools/keep_answers.py",
        'if now != released.get(starter["id"], now):',
        "if False:",
        "tests/tools/test_keep_answers.py -k overwritten",
    ),
    Mutant(
        "an answer whose exercise is gone is lost",
        "tools/keep_answers.py",
        "    if release.homeless:",
        "    if False:",
        "tests/tools/test_keep_answers.py -k aside",
    ),
]

MUTANTS = [
    *TOOLS,
    *GRADING,
    *ANATOMY,
    *ARCHITECTURE,
    *TEACHING,
]
