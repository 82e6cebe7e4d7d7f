"""The path of heat: from a surface and its surroundings to a count, and back to kelvin."""

import torch

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "A path in two rows. A surface emits and reflects its surroundings; both radiances "
    "pass a lens, which blurs, and a detector of coarse pixels, and become a 14-bit count. "
    "Back lead calibration, restoration, and the inverse of Planck's law, to kelvin."
)
EMITTED = "$ϵ L(T)$"
REFLECTED = "$(1−ϵ) L(T_{around})$"
SURFACE = "surface: $T$, $ϵ$"
SURROUNDINGS = "surroundings\n$T_{around}$"
LENS = "lens: $B$ blurs"
DETECTOR = "detector: $D$ takes\nthe mean in a pixel"
COUNT = "14-bit count"
BACK = (
    "calibration:\nradiance $g$",
    "restoration:\nestimate of $f$",
    "inverse of $L$:\nkelvin",
)
IF_BLACK = "black surface:\nthe true $T$"


def heat_to_count() -> Drawing:
    """What leaves a surface, what the camera makes of it, and the way back."""
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    return _down() if narrow else _across()


def _across() -> Drawing:
    """The way there from left to right, and below it the way back."""
    drawing = Drawing(720, 322, LABEL)
    drawing.box((8, 10), 150, 52, SURROUNDINGS, "data")
    drawing.box((8, 126), 150, 56, SURFACE)
    drawing.arrow((90, 64), (124, 122), (322, 108), role="data")
    drawing.text((240, 92), REFLECTED, "data")
    drawing.arrow((162, 154), (322, 154), role="classical")
    drawing.text((240, 172), EMITTED, "classical")
    drawing.ellipse((338, 132), (11, 54))
    drawing.text((326, 206), LENS)
    _focus(drawing, [(350, 92), (350, 172)], (432, 116))
    _detector(drawing, (404, 86), 15)
    drawing.text((470, 206), DETECTOR)
    drawing.arrow((498, 131), (566, 131))
    drawing.text((530, 114), "noise", "noise")
    drawing.box((570, 104), 142, 54, COUNT)
    drawing.arrow((641, 160), (641, 252))
    for name, x in zip(BACK, (570, 348, 126), strict=True):
        drawing.box((x, 256), 142, 54, name, "classical")
    for x in (566, 344):
        drawing.arrow((x, 283), (x - 72, 283), role="classical")
    drawing.text((8, 283), IF_BLACK, "quiet", "start")
    return drawing


def _down() -> Drawing:
    """The same from above to below."""
    drawing = Drawing(344, 640, LABEL)
    drawing.box((8, 8), 136, 54, SURFACE)
    drawing.box((200, 8), 136, 54, SURROUNDINGS, "data")
    drawing.arrow((196, 24), (148, 35), (176, 150), role="data")
    drawing.text((186, 108), REFLECTED, "data", "start")
    drawing.arrow((76, 64), (120, 150), role="classical")
    drawing.text((84, 112), EMITTED, "classical", "end")
    drawing.ellipse((150, 164), (62, 10))
    drawing.text((222, 166), LENS, anchor="start")
    _focus(drawing, [(104, 174), (196, 174)], (144, 216))
    _detector(drawing, (111, 190), 13)
    drawing.text((200, 230), DETECTOR, anchor="start")
    drawing.arrow((150, 270), (150, 312))
    drawing.text((162, 290), "noise", "noise", "start")
    drawing.box((79, 316), 142, 40, COUNT)
    for y, name in zip((388, 474, 560), BACK, strict=True):
        drawing.arrow((150, y - 30), (150, y - 4), role="classical")
        drawing.box((79, y), 142, 54, name, "classical")
    drawing.text((230, 587), IF_BLACK, "quiet", "start")
    return drawing


def _focus(drawing: Drawing, rims: list[Point], pixel: Point) -> None:
    """Rays from the rims of a lens to a pixel."""
    for rim in rims:
        drawing.line(rim, pixel, "quiet")


def _detector(drawing: Drawing, corner: Point, size: float) -> None:
    """Six by six pixels: what a point becomes lies on several of them."""
    away = (torch.arange(6, dtype=torch.float64) - 1.5) ** 2
    drawing.matrix(corner, torch.exp(-(away[:, None] + away) / 2), size, "classical")
