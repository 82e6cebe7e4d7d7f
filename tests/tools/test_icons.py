"""The icons of the theme: each is drawn, and the sheet holds all of them."""

import re
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
