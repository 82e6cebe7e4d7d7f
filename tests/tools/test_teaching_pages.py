"""The pages for teachers name what exists, miss no chapter, and can be read aloud."""

import re
from types import SimpleNamespace

import pytest
import teaching_facts as facts
import teaching_machines as machines
import teaching_pages as pages
from anatomy.words import private_words, sentences
from book_files import ROOT
from sphinx.errors import ExtensionError

from tests.tools.cells import notebook
from tests.tools.cells import text as cell

BOOK = ROOT / "book"
PAGES = sorted(BOOK.glob("teaching*.md"))
GUIDE = (BOOK / "teaching-chapters.md").read_text(encoding="utf-8")
SYLLABI = (BOOK / "teaching-syllabi.md").read_text(encoding="utf-8")
SHEETS = {found[1]: found[0] for found in pages.SHEET.finditer(GUIDE)}
REFERENCES = re.compile(r"\{(numref|ref)\}`(?:[^`<]*<)?([\w-]+)>?`")
PLAIN = {"scene": "what stands before a camera", "instrument": "the machine itself"}
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
each_chapter = pytest.mark.parametrize("stem", facts.book())


def test_every_chapter_has_its_sheet_in_the_order_of_reading():
    assert [stem for stem in SHEETS if stem in facts.book()] == list(facts.book())


def test_the_sheet_of_a_chapter_that_is_not_in_the_book_is_left_out():
    there, gone = "{{ chapter 01-seeing-indirectly }}\n\nA\n\n", "{{ chapter 99-a }}\n\nB"
    assert pages.of_the_book(there + gone) == there
    assert pages.of_the_book("C\n" + gone) == "C\n"


@each_chapter
def test_the_homework_of_a_chapter_has_each_of_its_exercises_once(stem):
    listed = re.search(r"\{\{ homework ([^}]*) \}\}", SHEETS[stem])[1]
    labels = [word for word in listed.split() if word != "|"]
    assert listed.count("|") == 2
    assert sorted(labels) == sorted(task.label for task in facts.book()[stem].tasks)


@each_chapter
def test_two_misconceptions_each_have_a_figure_of_the_chapter_and_questions_an_answer(stem):
    _, wrong, asked, homework = re.split(r"^### .*\n", SHEETS[stem], flags=re.MULTILINE)
    cured = re.findall(r'^- \*".+"\* \{numref\}`([\w-]+)`', wrong, re.MULTILINE)
    assert len(cured) == wrong.count("\n- ") == 2
    assert set(cured) <= set(facts.book()[stem].figures)
    questions = [line for line in asked.splitlines() if line.startswith("- ")]
    assert 2 <= len(questions) <= 3
    assert all("? *" in line and line.endswith("*") for line in questions)
    shared = [task.label for task in facts.book()[stem].tasks if task.kind in facts.SHARED]
    assert all(label in homework.partition("By hand")[2] for label in shared)


@each_page
def test_figures_and_exercises_that_a_page_names_exist(path):
    found = REFERENCES.findall(pages.filled(path.read_text(encoding="utf-8"), 1))
    chapters = facts.book().values()
    figures = {name for chapter in chapters for name in chapter.figures}
    labels = {task.label for chapter in chapters for task in chapter.tasks}
    labels |= {f"sheet-{stem}" for stem in facts.book()}
    labels |= {"guide-hand-out", "guide-change"}
    assert {name for kind, name in found if kind == "numref"} <= figures
    assert {name for kind, name in found if kind == "ref"} <= labels


@each_page
def test_a_page_can_be_read_aloud_in_the_words_of_the_field(path):
    text = pages.ASKED.sub("that", path.read_text(encoding="utf-8"))
    lengths = [len(sentence.split()) for sentence in sentences(text)]
    assert sum(lengths) / len(lengths) <= 18 and max(lengths) <= 35
    assert list(private_words(notebook(cell(text), plain_words=PLAIN))) == []


@pytest.mark.parametrize("title", ["Twelve weeks", "Six weeks"])
def test_what_a_chapter_needs_has_been_read_by_the_week_of_it(title):
    section = SYLLABI.partition(f"## {title}\n")[2].partition("\n## ")[0]
    weeks = [words.split() for words in re.findall(r"\{\{ read ([^}]*) \}\}", section)]
    assert len(weeks) == {"Twelve": 12, "Six": 6}[title.split()[0]]
    known = set()
    for stems in weeks:
        known |= set(stems)
        for stem in stems:
            assert set(facts.book()[stem].about["prerequisites"]) <= known


def test_exercises_in_class_and_at_home_belong_to_what_was_read_and_come_once():
    for section in SYLLABI.split("\n## ")[1:3]:
        read = set()
        seen = []
        for week in section.split("\n### ")[1:]:
            asked = dict(pages.ASKED.findall(week))
            read |= set(asked.get("read", "").split())
            labels = [w for verb in pages.TASKS for w in asked.get(verb, "").split()]
            own = {task.label for stem in read for task in facts.book()[stem].tasks}
            assert set(labels) <= own
            seen += labels
        assert len(seen) == len(set(seen)) > 20


def test_the_load_of_a_syllabus_adds_up_what_its_weeks_ask_for():
    text = (
        "## A\n\n### One. First\n\n{{ read 01-seeing-indirectly }}\n"
        "{{ hand-in ex-ray ex-echo }}\n\n"
        "### Sum\n\n{{ load }}\n\n## B\n\n{{ read 01-seeing-indirectly }}\n"
    )
    table = pages.with_loads(text)
    tasks = [facts.task_named(label) for label in ("ex-ray", "ex-echo")]
    minutes = sum(task.minutes for task in tasks)
    points = sum(task.points for task in tasks)
    read = facts.book()["01-seeing-indirectly"].about["minutes_to_read"]
    assert f"| One | {read} | 0 | {minutes} | {points} |" in table
    assert f"| **together** | {read} | 0 | {minutes} | {points} |" in table
    assert "Sum |" not in table


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("{{ read 99-nothing }}", "no chapter 99-nothing"),
        ("{{ hand-in ex-nothing }}", "no chapter has an exercise ex-nothing"),
        ("{{ project nothing }}", "no project nothing"),
        ("{{ dance }}", "dance is none of the words"),
        ("{{ exam-1-nothing }}", "exam-1-nothing is none of the words"),
    ],
)
def test_what_is_not_there_stops_the_build_in_words(asked, said):
    class App:
        srcdir = ROOT
        env = SimpleNamespace(note_dependency=lambda path: None)
        config = SimpleNamespace(exam_seed=1)

    with pytest.raises(ExtensionError, match=f"book/teaching: .*{said}"):
        pages.fill(App, "book/teaching", [asked])
    other = [asked]
    pages.fill(App, "book/glossary", other)
    assert other == [asked]


def test_every_project_is_set_with_the_rows_of_its_rubric():
    text = (BOOK / "teaching-projects.md").read_text(encoding="utf-8")
    named = re.findall(r"\{\{ project (\w+) \}\}", text)
    assert sorted(named) == sorted(facts.all_projects())
    page = pages.project("telescope")
    assert "| psf: relative error | at most 0.1 | 0.4 | 20 |" in page
    assert "answers/*.py --seed 20" in page and "| 15 |" in page


def test_points_follow_minutes_and_half_of_them_is_given_where_reasons_count():
    derive = facts.Task("ex-a", "Derive it", "Derive", 15)
    code = facts.Task("ex-b", "Code it", "Code", 45)
    assert (derive.points, derive.by_hand) == (6, 3)
    assert (code.points, code.by_hand) == (18, 0)
    assert pages.shared(derive) == "6, 3 by hand" and pages.shared(code) == "18"


def test_what_machines_need_is_told_from_what_was_measured(tmp_path):
    said = {machines.text(root=tmp_path), machines.class_of("3", tmp_path)}
    assert said == {machines.MISSING}
    (tmp_path / "benchmarks").mkdir()
    rows = [{"name": stem, "memory_mib": 500.0, "cpu_s": 30} for stem in facts.book()]
    rows[1]["memory_mib"] = 1024.0 - machines.IN_USE
    text = machines.json.dumps(
        {"threads": 2, "server_mib": 80.0, "disk_mib": 2048, "measured": "2026-01-01"}
        | {"rows": rows}
    )
    (tmp_path / machines.REPORT).write_text(text, encoding="utf-8")
    said = machines.text(root=tmp_path)
    assert "[chapter 2](02-why-inversion-fails.ipynb), the largest" in said
    assert "needs 1024 MiB" in said and "with 2 threads. All chapters together" in said
    assert machines.together(rows[1:]) == ""
    assert machines.class_of("30", tmp_path) == "30 students × 1024 MiB = 30 GiB"


def test_a_chapter_that_was_not_measured_is_said_to_be():
    found = {row["name"] for row in (machines.report() or {"rows": []})["rows"]}
    missing = [stem for stem in facts.book() if stem not in found]
    assert machines.text().count("not measured | yet") == (len(missing) if found else 0)
    assert machines.numbers({"memory_mib": 510.0, "cpu_s": 74}) == "510 | 74"
    assert "510 | not" in machines.numbers({"memory_mib": 510.0, "cpu_s": None})
