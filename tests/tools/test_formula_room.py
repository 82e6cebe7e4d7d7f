"""The room that formulas keep: about what they take, and only where there is a formula."""

import pytest
from formula_room import SCALE, height, reserved, room

# Widths in em that Chromium measured once MathJax had drawn, in letters of the same size.
MEASURED = {
    r"\(H\)": 0.89,
    r"\(Hf\)": 1.44,
    r"\(\lambda\)": 0.59,
    r"\(1/s\)": 1.48,
    r"\(H^TH\)": 2.4,
    r"\(f_\lambda\)": 0.99,
    r"\(s = \sqrt\lambda\)": 3.25,
    r"\(s^2 \gg \lambda\)": 2.97,
    r"\(\lambda = \sigma^2/p\)": 3.9,
    r"\(1/(2\sqrt\lambda)\)": 3.73,
}


@pytest.mark.parametrize("tex", MEASURED)
def test_the_room_is_about_the_width_of_the_formula(tex):
    assert room(tex) / SCALE == pytest.approx(MEASURED[tex], rel=0.15)


def test_parts_above_each_other_take_the_room_of_the_wider_one():
    assert room(r"\(\frac{a}{a + b + c}\)") == room(r"\(\frac{a + b + c}{a}\)")
    assert room(r"\(x^{a + b}_i\)") == room(r"\(x_i^{a + b}\)") == room(r"\(x^{a+b}\)")


def test_what_takes_no_room_takes_none():
    assert room(r"\(\left( x \right)\)") == room(r"\((x)\)")
    assert room(r"\(\hat{f}\)") == room(r"\(f\)")
    assert room(r"\(\frac\)") > 0 and room(r"\({\)") == 0  # as broken as an author's may be


def test_a_sign_is_narrower_than_an_operation():
    assert room(r"\(-x\)") < room(r"\(1 - x\)") - room(r"\(1\)")


def test_more_lines_and_fractions_are_higher():
    plain, tall = height(r"\[ x = 1 \]"), height(r"\[ x = \frac{1}{2} \]")
    assert plain < tall < height(r"\[ x &= \frac{1}{2} \\ y &= 1 \]")


def test_only_formulas_get_a_room():
    page = (
        r'<p>A <span class="math notranslate">\(x &lt; 1\)</span>, <code>\(x\)</code></p>'
        '<div class="math notranslate" id="e">\n\\[ y \\]</div><div class="cell">x</div>'
    )
    with_rooms = reserved(page)
    assert with_rooms.count("--room: ") == with_rooms.count(" cu-room") == 2
    assert 'cu-room" id="e" style="--room: 3.0em">' in with_rooms
    assert with_rooms.endswith('<div class="cell">x</div>')


def test_a_formula_with_a_number_is_marked():
    number = '<span class="eqno">(1)</span>'
    assert "cu-numbered" in reserved(f'<div class="math x">{number}\\[ y \\]</div>')
    assert "cu-numbered" not in reserved('<div class="math x">\\[ y \\]</div>')
