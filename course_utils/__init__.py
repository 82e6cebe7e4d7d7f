"""The small library behind the book: one idea per module, read from top to bottom."""

__version__ = "0.1.0"
