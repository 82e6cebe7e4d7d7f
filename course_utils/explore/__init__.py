"""Figures that respond, with a kernel and without: one module for each part of the book."""

from .part1 import BlurAndNoise, FiveRules, PaintedFilter, PenaltyAndSteps, Truncation
from .part2 import BandAndNoise, IterationPlayer, MaterialMap
from .part3_infrared import EmissivityAndThreshold

__all__ = [
    "BandAndNoise",
    "BlurAndNoise",
    "EmissivityAndThreshold",
    "FiveRules",
    "IterationPlayer",
    "MaterialMap",
    "PaintedFilter",
    "PenaltyAndSteps",
    "Truncation",
]
