"""Drawings that explain: each is a function that returns a small SVG, all in one hand."""

from .canvas import Drawing, in_two_layouts
from .svd import there_and_back

__all__ = ["Drawing", "in_two_layouts", "there_and_back"]
