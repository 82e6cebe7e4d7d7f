"""Pictures of a page say their size, where it is known and not said already."""

import picture_room
from PIL import Image


def test_a_picture_says_its_size_and_what_is_no_picture_says_none(tmp_path):
    Image.new("L", (30, 20)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("no picture, and longer than a head", encoding="utf-8")
    places = {name: tmp_path / name for name in ("a.png", "b.png", "gone.png")}
    page = "".join(f'<img alt="x" src="../_images/{name}"/>' for name in [*places, "c.png"])
    whole = picture_room.sized(page + '<img width="5" src="../_images/a.png"/>', places)
    assert whole.count("width=") == 2
    assert whole.startswith('<img width="30" height="20" alt="x" src="../_images/a.png"/>')
