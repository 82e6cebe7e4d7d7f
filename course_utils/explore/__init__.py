"""Figures that respond, with a kernel and without: one module for each part of the book."""

from .part1 import BlurAndNoise, FiveRules, PaintedFilter, PenaltyAndSteps, Truncation
from .part2 import BandAndNoise, IterationPlayer, MaterialMap
from .part3_tomography import LayersAndViews, TurningScanner

__all__ = [
    "BandAndNoise",
    "BlurAndNoise",
    "FiveRules",
    "IterationPlayer",
    "LayersAndViews",
    "MaterialMap",
    "PaintedFilter",
    "PenaltyAndSteps",
    "Truncation",
    "TurningScanner",
]
