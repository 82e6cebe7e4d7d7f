"""The icons of the theme: each is drawn, and the sheet holds all of them."""

import re
from types import SimpleNamespace
from urllib.parse import unquote
from xml.etree import ElementTree

import icons


def test_every_icon_is_a_drawing_that_a_browser_can_read():
    sheet = icons.sheet()
    found = dict(
        re.findall(r'\.fa-([a-z-]+) \{ --cu-icon: url\("data:[^,]*,(.*?)"\); \}', sheet)
    )
    assert set(found) == set(icons.PATHS) | set(icons.SAME)
    for name, address in found.items():
        svg = ElementTree.fromstring(unquote(address))
        assert svg[0].get("d").startswith("M"), name
    assert len(set(found.values())) == len(icons.PATHS)


def test_the_fonts_of_the_library_are_neither_named_nor_shipped(tmp_path):
    static = tmp_path / "_static"
    theme = static / "styles" / "theme.css"
    font = static / "vendor" / "fontawesome" / "fa.woff2"
    for path in (theme, font):
        path.parent.mkdir(parents=True)
    face = "@font-face{font-family:Font Awesome\\ 6 Free;src:url(fa.woff2)}"
    theme.write_text(f"a{{color:red}}{face}@font-face{{font-family:Serif}}")
    font.write_bytes(b"")
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    icons.leave_out_the_fonts(app, None)
    assert theme.read_text() == "a{color:red}@font-face{font-family:Serif}"
    assert not font.parent.exists()
