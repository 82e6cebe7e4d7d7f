"""Printed pages bound to one PDF: links, bookmarks, contents."""

import io

import pytest

pypdf = pytest.importorskip("pypdf", reason="`make pdf` installs what binds pages")
import binding  # noqa: E402
import pdf  # noqa: E402
import printing  # noqa: E402
from pypdf.annotations import Link  # noqa: E402
from pypdf.generic import Fit  # noqa: E402

A, B = "file:///book/a.html", "file:///book/b.html"


def printed(address, sheets, *links, name="sec"):
    """A page on paper, whose name leads to its last sheet, with links on the first."""
    writer = pypdf.PdfWriter()
    for _ in range(sheets):
        writer.add_blank_page(595, 842)
    writer.add_named_destination(name, sheets - 1)
    for link in links:
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=link, fit=Fit.fit()))
    file = io.BytesIO()
    writer.write(file)
    return printing.Printed(
        address, [("H1", "", address[-6]), ("H2", name, "S")], file.getvalue()
    )


def book(*pages):
    """The pages bound, as they are read again."""
    bound = binding.pieces(pages, 0)
    writer = binding.bind(bound)
    binding.mark(writer, [("Part", [A]), ("", [B])], bound, pages)
    file = io.BytesIO()
    writer.write(file)
    return pypdf.PdfReader(file)


def goals(reader, sheet):
    """The sheets that the links of a sheet lead to, or their addresses."""
    found = [link.get_object() for link in reader.pages[sheet].get("/Annots", [])]
    numbers = {page.indirect_reference.idnum: k for k, page in enumerate(reader.pages)}
    return [
        numbers[link["/Dest"][0].idnum] if "/Dest" in link else link["/A"]["/URI"]
        for link in found
    ]


def test_a_link_to_another_page_leads_to_its_sheet_and_one_to_the_web_stays():
    one = printed(A, 2, f"{B}#sec", B, "https://example.org/", "file:///secret")
    reader = book(one, printed(B, 3))
    assert len(reader.pages) == 5
    assert goals(reader, 0) == [4, 2, "https://example.org/"]


def test_the_same_name_in_two_pages_means_two_places():
    reader = book(printed(A, 2, f"{A}#sec"), printed(B, 1, f"{B}#sec"))
    assert goals(reader, 0) == [1]
    assert goals(reader, 2) == [2]


def test_bookmarks_are_parts_pages_and_sections():
    outline = book(printed(A, 2), printed(B, 1)).outline
    titles = [one.title if not isinstance(one, list) else one for one in outline]
    assert (
        titles[0] == "Part" and outline[1][0].title == "a" and outline[1][1][0].title == "S"
    )
    assert titles[2] == "b"


def test_the_contents_name_the_sheet_of_each_page_and_section():
    pages = [printed(A, 2), printed(B, 1)]
    bound = binding.pieces(pages, 3)
    html = pdf.contents([("Part <1>", [A]), ("", [B])], pages, bound)
    assert "Part &lt;1&gt;" in html
    assert f"<a href='{A}'>a</a><span>4</span>" in html
    assert f"<a href='{A}#sec'>S</a><span>5</span>" in html
    assert f"<a href='{B}'>b</a><span>6</span>" in html


def test_the_gallery_is_left_out_and_every_other_page_is_in():
    toc = {
        "root": "i",
        "parts": [
            {"caption": "P", "chapters": [{"file": "book/a"}, {"file": "book/gallery"}]}
        ],
    }
    assert pdf.parts_of(toc) == [("", ["i"]), ("P", ["book/a"])]


def test_the_names_that_pages_call_each_other_by_are_read_from_their_links(tmp_path):
    one, other = tmp_path / "a.html", tmp_path / "b.html"
    one.write_text('<a href="b.html#x&amp;y"></a><a href="#own"></a>', encoding="utf-8")
    other.write_text('<a href="a.html"></a><a href="https://c.d#z"></a>', encoding="utf-8")
    assert printing.names_in([one, other]) == {one: set(), other: {"x&y"}}
