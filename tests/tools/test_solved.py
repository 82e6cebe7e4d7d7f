"""Teachers get the solutions: in notebooks that run, and in a hand-out that prints."""

import re

import notebooks
import pytest
import solved
from normal_form import read

from tests.tools.cells import code, exercise, notebook, text

PAGE = """<html><head><title>1. Fingers &#8212; A book</title></head><body>
<div class="exercise admonition" id="ex-one">
<p class="admonition-title"><span class="caption-number">Exercise 1.1 </span> (Find k)</p>
<section class="exercise-content"><p>Find <a href="x.html">k</a>.</p></section></div>
<div class="cell"><pre>k = ...</pre></div>
<div class="solution dropdown admonition" id="s"><p class="admonition-title">Solution</p>
<section class="solution-content"><p>Five.</p></section>
<div class="highlight"><pre>k = 5</pre></div></div>
<div class="exercise admonition" id="ex-two"><p class="admonition-title">
<span class="caption-number">Exercise 1.2 </span> (Rest)</p></div>
</body></html>"""


def test_the_solution_stands_where_students_answer_and_every_check_accepts_it():
    new = solved.solved(notebook(text("# Title"), *exercise(), code("k = 7")))
    sources = [cell.source for cell in new.cells]
    assert sources[2] == "k = 5" and "k = ..." not in sources
    assert "Five." in sources[5] and sources[-1] == "k = 7"
    names = {}
    for cell in new.cells:
        if cell.cell_type == "code":
            assert not {"skip-execution", "raises-exception"} & set(
                cell.metadata.get("tags", ())
            )
            exec(cell.source, names)


def test_the_hand_out_has_statement_and_solution_and_no_starter():
    body, line = solved.chapter(1, PAGE)
    assert '<h3 id="ex-one">Exercise 1.1. Find k</h3>' in body
    assert "<span>k</span>" in body and "Five." in body and "k = 5" in body
    assert "k = ..." not in body and "Solution</p>" not in body
    assert "ex-two" not in body, "what has no solution in the page is left out"
    assert line == '<li><a href="#chapter-1">1. Fingers</a></li>'


def test_the_hand_out_asks_for_a_built_book(tmp_path, capsys):
    path = notebooks.ROOT / "book" / "02-why-inversion-fails.ipynb"
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / path.name).write_bytes(path.read_bytes())
    assert notebooks.main(["solutions", str(tmp_path / "out")], tmp_path) == 1
    assert "run `make book` first" in capsys.readouterr().err


@pytest.mark.built
def test_the_hand_out_of_the_book_is_whole_offline_and_light(tmp_path):
    page = solved.hand_out(notebooks.ROOT)
    statements = sum(
        cell.source.startswith(":::{exercise}")
        for path in sorted((notebooks.ROOT / "book").glob("[0-9][0-9]-*.ipynb"))
        for cell in read(path).cells
    )
    assert page.count('<section class="solution">') == statements > 90
    body = page[page.rindex("</script>") :]
    assert not re.findall(r'(?:src|href)="(?!#|data:)', body)
    assert len(page) < 4e6
