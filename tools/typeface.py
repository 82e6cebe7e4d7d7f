"""Makes the text face of the pages: subsets of Source Serif 4, in `book/_static/fonts`.

Run by hand, when the characters or the weights change:

    pip download --no-deps fontpkg-source-serif-4==4.4 && pip install brotli
    python tools/typeface.py fontpkg_source_serif_4-4.4-py3-none-any.whl book/_static/fonts

The licence of the face (OFL 1.1) reserves the name *Source*, so what is cut out of it bears
another one.
"""

import io
import sys
import zipfile
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

NAME = "Course Serif"
ROMAN = "SourceSerif4[opsz,wght].ttf"
ITALIC = "SourceSerif4-Italic[opsz,wght].ttf"
FACES = {  # the file that is made: its source, its weight, and the size it is drawn for
    "regular": (ROMAN, 400, 16),
    "italic": (ITALIC, 400, 16),
    "semibold": (ROMAN, 600, 24),
}
# Latin, Greek, superscripts and subscripts, punctuation, arrows and mathematical signs.
CHARACTERS = (
    "20-7E,A0-FF,131,141,142,152,153,160,161,17D,17E,2C6,2DC,391-3A1,3A3-3A9,3B1-3C9,3D1,3D5,"
    "2010-2015,2018-201A,201C-201E,2020-2022,2026,202F,2030,2032,2033,2039,203A,2044,"
    "2070,2074-207F,2080-208E,20AC,2122,2190-2193,2202,2206,220F,2211,2212,221A,221E,222B,"
    "2248,2260,2264,2265,2713,2717"
)
FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum", "sups", "subs"]


def instance(wheel: zipfile.ZipFile, source: str, weight: int, size: int) -> TTFont:
    """One style of the variable face."""
    (path,) = [name for name in wheel.namelist() if name.endswith(f"/{source}")]
    face = TTFont(io.BytesIO(wheel.read(path)))
    return instantiateVariableFont(face, {"wght": weight, "opsz": size})


def subset(face: TTFont) -> TTFont:
    """The face with the characters and the features of the pages alone."""
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    cutter = Subsetter(options)
    cutter.populate(unicodes=parse_unicodes(CHARACTERS))
    cutter.subset(face)
    return face


def rename(face: TTFont, style: str) -> TTFont:
    """The face under the name that is not reserved."""
    full = f"{NAME} {style.title()}"
    names = {1: NAME, 2: style.title(), 3: full, 4: full, 6: full.replace(" ", "")}
    for number, text in names.items():
        face["name"].removeNames(nameID=number)
        face["name"].setName(text, number, 3, 1, 0x409)
    return face


def main(wheel: str, folder: str) -> None:
    """Write the faces and their licence."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as opened:
        for style, (source, weight, size) in FACES.items():
            face = rename(subset(instance(opened, source, weight, size)), style)
            face.flavor = "woff2"
            path = target / f"course-serif-{style}.woff2"
            face.save(path)
            print(f"{path}: {path.stat().st_size / 1000:.1f} kB, {len(face.getBestCmap())}")
        (licence,) = [n for n in opened.namelist() if n.endswith("serif_4/LICENSE")]
        (target / "LICENSE.txt").write_bytes(opened.read(licence))


if __name__ == "__main__":
    main(*sys.argv[1:])
