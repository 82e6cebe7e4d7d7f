"""Drawings that explain: each is a function that returns a small SVG, all in one hand."""

from .canvas import Drawing, in_two_layouts

__all__ = ["Drawing", "in_two_layouts"]
