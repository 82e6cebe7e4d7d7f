"""The picture of the README: ``python tools/front_picture.py`` draws it anew.

It is the still twin of the figure on the front page, as the notebook there shows it, in few
colours. A test compares it with the notebook.
"""

import base64
import sys

from book_files import FRONT, ROOT
from chapter_path import first_figure, in_few_colours, without_margins
from normal_form import read

PICTURE = ROOT / "book" / "three-answers.png"


def picture(root=ROOT) -> bytes:
    """The still twin of the figure on the front page, as a small PNG on white."""
    _, png = first_figure(read(root / "book" / FRONT))
    return in_few_colours(without_margins(base64.b64decode(png)))


def main() -> int:
    """Write the picture, if it changed."""
    drawn = picture()
    if not PICTURE.exists() or PICTURE.read_bytes() != drawn:
        PICTURE.write_bytes(drawn)
        print(f"{PICTURE.name}: rewritten, {len(drawn) // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
