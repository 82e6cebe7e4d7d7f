"""Chapters move: files, numbers, links and tables follow, all of it or nothing."""

import json
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import anatomy.book
import book_files
import contents
import moving
import normal_form
import notebooks
import pytest
import template_texts

from tests.tools.cells import code, notebook, text

ROOT = Path(__file__).resolve().parents[2]
TOC = """format: jb-book
root: book/intro
parts:
  - caption: Before you start
    chapters:
      - file: book/notation
  - caption: Part I. First things
    numbered: true
    chapters:
      - file: book/01-one
      - file: book/02-two
  - caption: Part II. Last things
    numbered: true
    chapters:
      - file: book/03-three
      - file: book/04-four
"""
README = """# A book

| | chapter | after it you can |
|---|---|---|
| 1 | [One](book/01-one.ipynb) | a |
| 2 | [Two](book/02-two.ipynb) | b |
| 3 | [Three](book/03-three.ipynb) | c |
| 4 | [Four](book/04-four.ipynb) | d |

That was [chapter 4](book/04-four.ipynb).
"""
NEW_PART = """  - caption: Part III. More
    numbered: true
    chapters:
      - file: book/05-five
"""
STEMS = ("01-one", "02-two", "03-three", "04-four")


def chapter(stem, words):
    """A chapter that needs the one before it."""
    needed = [s for s in STEMS if s < stem][-1:]
    links = ", ".join(f"[chapter {int(s[:2])}]({s}.ipynb)" for s in needed)
    return notebook(
        text(f"# {stem}\n\n**You need** {links or 'nothing'}.\n\n{words}"),
        code("print('03-three')"),
        chapter={"prerequisites": needed},
    )


@pytest.fixture
def book(tmp_path):
    """A small book of four chapters in two parts, of its own for each test."""
    return small_book(tmp_path)


@pytest.fixture(scope="module")
def with_new(tmp_path_factory):
    """A small book, the chapter that the command put into it, and what the command said."""
    root = small_book(tmp_path_factory.mktemp("with-new"))
    with redirect_stdout(StringIO()) as told:
        assert notebooks.main(["new", "fresh-air", "2", "--title", "Fresh air"], root) == 0
    return root, root / "book" / "02-fresh-air.ipynb", told.getvalue().splitlines()


def small_book(root):
    """A small book of four chapters in two parts."""
    (root / "book").mkdir()
    words = "See [chapter 3](03-three.ipynb), chapters [2](02-two.ipynb#a) and [the rest]"
    words += "(04-four.ipynb)."
    for stem in STEMS:
        made = normal_form.normalise(chapter(stem, words))
        write(root / "book" / f"{stem}.ipynb", normal_form.dumps(made))
    write(root / "_toc.yml", TOC)
    write(root / "README.md", README)
    write(root / "book" / "notation.md", "The [3](03-three.ipynb) of {doc}`03-three`.\n")
    times = json.dumps({stem: 1.5 for stem in STEMS}, indent=1, sort_keys=True)
    write(root / "book" / "runtimes.json", times + "\n")
    (root / "tests").mkdir()
    write(root / "tests" / "test_it.py", 'STEM = "03-three"  # of chapter 3\n')
    return root


@pytest.fixture
def real(tmp_path):
    """A copy of this book, without what was built."""
    for path in [*ROOT.glob("*.md"), ROOT / "_toc.yml"]:
        shutil.copy(path, tmp_path)
    shutil.copytree(ROOT / "book", tmp_path / "book")
    return tmp_path


def write(path, words):
    path.write_bytes(words.encode("utf-8"))


def files(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def said(root, name):
    return (root / name).read_text(encoding="utf-8")


def first_cell(root, stem):
    return normal_form.read(root / "book" / f"{stem}.ipynb").cells[0].source


def carry_out(root, change):
    texts, names = change
    book_files.write_all(root, texts, moving.gone(names))


def stems(root):
    return [path.stem for path in book_files.chapters(root)]


def captions(root):
    _, parts = contents.parts_of(said(root, "_toc.yml"))
    return {stem: part.caption[:7].strip() for part in parts for stem in part.chapters}


def test_the_chapters_between_make_room_and_the_links_follow(book):
    carry_out(book, moving.move(book, "01-one", 3))
    assert stems(book) == ["01-two", "02-three", "03-one", "04-four"]
    words = "See [chapter 2](02-three.ipynb), chapters [1](01-two.ipynb#a) and [the rest]"
    assert words in first_cell(book, "03-one") and words in first_cell(book, "04-four")
    needs = normal_form.read(book / "book" / "02-three.ipynb").metadata["chapter"]
    assert needs["prerequisites"] == ["01-two"]
    assert said(book, "book/notation.md") == "The [2](02-three.ipynb) of {doc}`02-three`.\n"
    assert list(json.loads(said(book, "book/runtimes.json"))) == stems(book)
    assert said(book, "tests/test_it.py") == 'STEM = "02-three"  # of chapter 3\n'


def test_a_chapter_goes_to_the_part_of_the_one_whose_number_it_gets(book):
    carry_out(book, moving.move(book, "01-one", 3))
    assert captions(book) == {
        "01-two": "Part I.",
        "02-three": "Part II",
        "03-one": "Part II",
        "04-four": "Part II",
    }
    assert list(anatomy.book.numbers_are_places(book)) == []


def test_a_part_can_be_named_and_a_new_one_begun(book):
    carry_out(book, moving.move(book, "03-three", 3, part="Part I"))
    assert captions(book)["03-three"] == "Part I."
    carry_out(book, moving.insert(book, "five", 5, part="Part III. More"))
    toc = said(book, "_toc.yml")
    assert toc.endswith(NEW_PART)
    carry_out(book, moving.move(book, "05-five", 5, part="Part II"))
    assert "Part III" not in said(book, "_toc.yml")
    with pytest.raises(ValueError, match="no place for number 1"):
        moving.move(book, "03-three", 1, part="Part II")
    with pytest.raises(ValueError, match="middle"):
        moving.move(book, "04-four", 2, part="Part IV. Nowhere")


def test_the_table_of_the_readme_is_sorted_again(book):
    carry_out(book, moving.move(book, "04-four", 1))
    rows = [
        line
        for line in said(book, "README.md").splitlines()
        if line[:3].strip("| ").isdigit()
    ]
    assert rows[0] == "| 1 | [Four](book/01-four.ipynb) | d |"
    assert rows[3] == "| 4 | [Three](book/04-three.ipynb) | c |"
    assert "That was [chapter 1](book/01-four.ipynb)." in said(book, "README.md")


def test_a_number_that_is_not_the_place_is_seen(book):
    assert list(anatomy.book.numbers_are_places(book)) == []
    swapped = TOC.replace("02-two", "02-x").replace("03-three", "02-two")
    write(book / "_toc.yml", swapped.replace("02-x", "03-three"))
    found = "\n".join(anatomy.book.numbers_are_places(book))
    assert "_toc.yml has" in found and "03-three is chapter 2 in _toc.yml" in found
    write(book / "README.md", README.replace("| 2 | [Two]", "| 3 | [Two]"))
    assert "README.md" in list(anatomy.book.numbers_are_places(book))[-1]


def test_a_chapter_gets_another_name_where_it_stands(book):
    carry_out(book, moving.move(book, "03-three", 3, name="trio"))
    assert stems(book)[2] == "03-trio"
    assert "[chapter 3](03-trio.ipynb)" in first_cell(book, "01-one")


def test_there_and_back_changes_no_byte(book):
    before = files(book)
    carry_out(book, moving.move(book, "03-three", 4))
    assert files(book) != before
    carry_out(book, moving.move(book, "04-three", 3))
    assert files(book) == before


def test_code_is_left_and_its_mentions_are_told(book):
    texts, names = moving.move(book, "03-three", 1)
    lines = list(moving.left_to_the_author(book, names))
    assert lines == ["tests/test_it.py, line 1 says 'chapter 3': mend it by hand"]
    carry_out(book, (texts, names))
    for path in book_files.chapters(book):
        assert normal_form.read(path).cells[1].source == "print('03-three')"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("05-five", 1), "none of the chapters"),
        (("01-one", 5), "1 to 4"),
        (("01-one", 0), "1 to 4"),
    ],
)
def test_what_is_no_place_is_refused(book, arguments, words):
    with pytest.raises(ValueError, match=words):
        moving.move(book, *arguments)


@pytest.mark.parametrize(
    ("name", "words"), [("A b", "no name"), ("two", "another chapter")]
)
def test_what_is_no_name_is_refused(book, name, words):
    with pytest.raises(ValueError, match=words):
        moving.move(book, "01-one", 1, name=name)
    with pytest.raises(ValueError, match=words):
        moving.insert(book, name, 1)


def test_a_table_of_contents_in_another_form_is_refused(book):
    write(book / "_toc.yml", TOC.replace("- file: book/04-four", '- file: "book/04-four"'))
    with pytest.raises(ValueError, match="the folder"):
        moving.move(book, "01-one", 2)


@pytest.mark.parametrize("steps", range(1, 8))
def test_an_interrupted_move_leaves_all_or_is_completed(book, monkeypatch, steps):
    before = files(book)
    change = moving.move(book, "01-one", 3)
    done = []
    replace = Path.replace

    def failing(path, target):
        done.append(target)
        if len(done) == steps:
            raise OSError("the disk is full")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="full"):
        carry_out(book, change)
    monkeypatch.undo()
    if not book_files.complete(book):
        shutil.rmtree(book / "_build")
        assert files(book) == before
        carry_out(book, change)
    assert stems(book) == ["01-two", "02-three", "03-one", "04-four"]
    assert not (book / book_files.STAGE).exists()
    assert list(anatomy.book.numbers_are_places(book)) == []


def test_the_command_tells_and_moves(book, capsys):
    before = files(book)
    assert notebooks.main(["move", "01-one", "3", "--dry-run"], book) == 0
    assert "01-one becomes 03-one" in capsys.readouterr().out
    assert files(book) == before
    assert notebooks.main(["move", "book/01-one.ipynb", "3", "--name", "uno"], book) == 0
    assert stems(book) == ["01-two", "02-three", "03-uno", "04-four"]
    assert notebooks.main(["move", "01-one", "3"], book) == 1
    assert "none of the chapters" in capsys.readouterr().err


@pytest.mark.slow
def test_a_new_chapter_is_told_with_its_place_in_the_book(with_new):
    root, chapter, told = with_new
    assert "book/02-fresh-air.ipynb is new" in told and stems(root)[1] == chapter.stem
    assert "| 2 | [Fresh air](book/02-fresh-air.ipynb) |" in said(root, "README.md")
    assert chapter.stem in json.loads(said(root, "book/runtimes.json"))


@pytest.mark.slow
def test_a_new_chapter_lacks_what_its_author_has_to_write_and_nothing_else(with_new):
    _, chapter, told = with_new
    found = list(notebooks.faults(chapter))
    assert [f"{chapter.stem}: {fault}" for fault in found] == told[-len(found) - 1 : -1]
    rules = {rule for rule in anatomy.RULES if list(rule(normal_form.read(chapter)))}
    assert rules == {
        anatomy.nothing_is_left_to_write,
        anatomy.length_is_within_budget,
        anatomy.code_is_within_budget,
    }
    assert sum("waits for" in fault for fault in found) == len(found) - 2


@pytest.mark.slow
def test_what_a_new_chapter_waits_for_is_in_every_part_of_it(with_new):
    told = "\n".join(anatomy.nothing_is_left_to_write(normal_form.read(with_new[1])))
    headings = [*template_texts.SECTIONS, "Summary", "Sources"]
    assert all(f"('## {heading}') waits for" in told for heading in headings)
    assert all(f"exercise {n} waits for the task" in told for n in range(1, 7))
    for part in ("prediction", "drawing", "second figure", "question", "insight"):
        assert part in told


@pytest.mark.slow
def test_a_new_chapter_runs_and_its_checks_tell_right_from_wrong(with_new):
    from anatomy.running import faults_of_running

    chapter = with_new[1]
    assert list(faults_of_running(normal_form.read(chapter), chapter.parent)) == []


@pytest.mark.slow
def test_the_real_book_moves_there_and_back(real):
    before = files(real)
    seventh, eighth = stems(real)[6:8]
    carry_out(real, moving.move(real, seventh, 8))
    assert stems(real)[6] == f"07-{eighth[3:]}" and files(real) != before
    assert list(anatomy.book.numbers_are_places(real)) == []
    assert rule_faults(real, anatomy.links.chapter_mentions_are_links) == []
    carry_out(real, moving.move(real, f"08-{seventh[3:]}", 7))
    assert files(real) == before


@pytest.mark.slow
def test_in_the_real_book_every_link_finds_its_file_when_a_chapter_is_inserted(real):
    hashes = {path.stem[3:]: code_of(path) for path in book_files.chapters(real)}
    carry_out(real, moving.insert(real, "something-new", 9, title="Something new"))
    assert list(anatomy.book.complaints(real)) == []
    assert rule_faults(real, anatomy.links.chapter_mentions_are_links) == []
    assert rule_faults(real, anatomy.links.needs_are_linked) == []
    after = {path.stem[3:]: code_of(path) for path in book_files.chapters(real)}
    assert hashes == {name: after[name] for name in hashes}


def code_of(path):
    notebook = normal_form.read(path)
    return normal_form.code_hash(notebook), notebook.metadata.get("tested")


def rule_faults(root, rule):
    return [f for path in book_files.chapters(root) for f in rule(normal_form.read(path))]
