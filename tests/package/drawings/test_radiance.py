"""The path of heat says the same in both layouts, in the order of the camera's formula."""

from xml.etree import ElementTree

import pytest

from course_utils import drawings
from course_utils.drawings import radiance
from course_utils.drawings.words import set_line

WAY = (radiance.SURFACE, radiance.LENS, radiance.DETECTOR, radiance.COUNT, *radiance.BACK)


def lines(narrow):
    """The lines of words of a layout, as they are set."""
    drawing = drawings.heat_to_count()
    drawing = drawing.narrow if narrow else drawing
    texts = ElementTree.fromstring(drawing.svg()).iter("text")
    return ["".join(text.itertext()) for text in texts]


def as_set(words):
    """Words as an SVG shows them, without their markup."""
    return [
        "".join(ElementTree.fromstring(f"<t>{set_line(line)}</t>").itertext())
        for line in words.split("\n")
    ]


def test_both_layouts_say_the_same():
    assert sorted(lines(False)) == sorted(lines(True))


@pytest.mark.parametrize("narrow", [False, True])
def test_the_stations_come_in_the_order_of_the_formula(narrow):
    found = lines(narrow)
    places = [found.index(as_set(station)[0]) for station in WAY]
    assert places == sorted(places)
    noise = found.index("noise")
    assert places[2] < noise < places[3]


@pytest.mark.parametrize("narrow", [False, True])
def test_two_radiances_reach_the_lens(narrow):
    found = lines(narrow)
    emitted, reflected = (as_set(x)[0] for x in (radiance.EMITTED, radiance.REFLECTED))
    lens = found.index(as_set(radiance.LENS)[0])
    assert found.index(emitted) < lens and found.index(reflected) < lens
