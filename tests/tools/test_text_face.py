"""The text face: light, complete, under a name of its own, and inside its sheet."""

import base64
import re
from pathlib import Path

import text_face
import typeface

FONTS = Path(__file__).parents[2] / text_face.FONTS
FILES = sorted(FONTS.glob("*.woff2"))


def test_all_faces_together_weigh_less_than_150_kb():
    assert [path.stem.split("-")[-1] for path in FILES] == sorted(text_face.FACES)
    assert sum(path.stat().st_size for path in FILES) <= 150_000


def test_the_licence_lies_beside_and_its_reserved_name_is_not_used():
    licence = (FONTS / "LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "source" not in typeface.NAME.lower()
    assert f'font-family: "{typeface.NAME}"' in text_face.rule(FILES[0], "400", "normal")


def test_the_sheet_holds_the_file_itself():
    rule = text_face.rule(FILES[0], "400", "italic")
    (data,) = re.findall(r"base64,([^\"]+)\"", rule)
    assert base64.b64decode(data) == FILES[0].read_bytes()
    assert "font-display: swap" in rule
