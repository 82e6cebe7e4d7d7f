"""Pieces of built pages: found by name, freed of their place, and put into previews."""

from functools import partial

import pieces
import pytest
import reading_previews

PAGE = """<body><article>
<dl><dt id="term-x"><strong>x</strong></dt><dd><p>An <a href="1.html">unknown</a>.</p></dd>
</dl>
<div class="math notranslate" id="equation-a"><span class="eqno">(1)<a class="headerlink"
 href="#equation-a">#</a></span>\\[ a < b \\]</div>
<figure id="fig-a"><div><script>{"<img>": 1}</script><div>
<img alt="A." class="cu-twin" src="../_images/a.png" style="width: 9px" /></div></div>
<figcaption><p>It is <em>so</em>.<a class="headerlink" href="#fig-a">#</a></p></figcaption>
</figure>
<figure id="fig-b"><svg id="s"><g><svg></svg></g></svg></figure>
<div class="citation" id="id1"><span>[1]</span><p>One. <a href="http://x.y">link</a></p></div>
<section id="part"><p>Long.</p></section>
</article></body>"""
SHOWN = {
    "term-x": "<p><strong>x</strong></p><p>An <span>unknown</span>.</p>",
    "equation-a": '<div class="math notranslate"><span class="eqno">(1)</span>'
    "\\[ a < b \\]</div>",
    "fig-a": '<img alt="A." class="cu-twin" src="../_images/a.png" />'
    "<p>It is <em>so</em>.</p>",
    "fig-b": '<svg id="s"><g><svg></svg></g></svg><p></p>',
    "id1": "<p>One. <span>link</span></p>",
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_preview_is_the_thing_without_its_place(name):
    assert pieces.loose(reading_previews.preview(PAGE, name)) == SHOWN[name]


@pytest.mark.parametrize("name", ["part", "nothing", "fig"])
def test_what_is_long_or_not_there_has_no_preview(name):
    assert reading_previews.preview(PAGE, name) is None


def test_an_element_ends_where_its_own_tag_closes():
    page = '<div id="a"><div>1</div><divan></divan></div><div id="b"></div>'
    assert pieces.named(page, "a") == '<div id="a"><div>1</div><divan></divan></div>'
    assert pieces.named(page, "c") is None
    with pytest.raises(ValueError, match="not closed"):
        pieces.named('<div id="a"><div></div>', "a")


TWO = '<svg class="cu-wide"><g></g></svg><svg class="cu-narrow"></svg>'
STYLE = "<style>\n.cu-drawing { color: red }\n</style>"


def test_a_drawing_is_taken_in_one_width_and_its_style_by_itself():
    figure = f'<figure id="f">{STYLE}<div class="cu-drawing" hidden>{TWO}</div></figure>'
    narrow = '<div class="cu-drawing"><svg class="cu-narrow"></svg></div>'
    assert pieces.picture(figure) == narrow
    assert 'class="cu-wide"><g>' in pieces.picture(figure, "cu-wide")
    one = figure.replace('<svg class="cu-narrow"></svg>', "")
    assert 'class="cu-wide"' in pieces.picture(one)
    assert pieces.style_of_drawings(f"<style>p {{}}</style>{figure}") == STYLE
    assert pieces.style_of_drawings("<p></p>") == ""


def test_pictures_are_found_from_the_other_page():
    moved = partial(pieces.moved, '<img src="../_images/a.png"/>')
    assert moved("out/book/a.html", "out/book/b.html") == '<img src="../_images/a.png"/>'
    assert moved("out/book/a.html", "out/b.html") == '<img src="_images/a.png"/>'
    data = '<img src="data:image/png;base64,AA"/>'
    assert pieces.moved(data, "out/book/a.html", "out/b.html") == data


def test_a_page_gets_what_it_links_to_once_and_keeps_its_own_figures(tmp_path):
    link = '<a class="reference internal" title="T" href="{}"><span>x</span></a>'
    addresses = ("b.html#term-x", "b.html#term-x", "b.html#part", "b.html", "#fig-a")
    own = "".join(map(link.format, (*addresses, "#equation-a", "gone.html#term-x")))
    here, there = tmp_path / "a.html", tmp_path / "b.html"
    here.write_text(PAGE.replace("</article>", f"{own}</article>"), encoding="utf-8")
    there.write_text(PAGE, encoding="utf-8")
    found = reading_previews.previews(lambda path: path.read_text(encoding="utf-8"), here)
    assert found.count("data-for=") == 2
    for address, name in (("b.html#term-x", "term-x"), ("#equation-a", "equation-a")):
        assert f'<div data-for="{address}">{SHOWN[name]}</div>' in found
