"""Figures that respond, with a kernel and without: one module for each part of the book,
and in Part III for each chapter."""

from .part1 import BlurAndNoise, FiveRules, PaintedFilter, PenaltyAndSteps, Truncation
from .part2 import BandAndNoise, IterationPlayer, MaterialMap
from .part3_infrared import EmissivityAndThreshold
from .part3_learning import PairsAndError, WrongPhysics
from .part3_tomography import LayersAndViews, TurningScanner
from .part3_unrolling import LayerPlayer, LayersAndIterations

__all__ = [
    "BandAndNoise",
    "BlurAndNoise",
    "EmissivityAndThreshold",
    "FiveRules",
    "IterationPlayer",
    "LayerPlayer",
    "LayersAndIterations",
    "LayersAndViews",
    "MaterialMap",
    "PaintedFilter",
    "PairsAndError",
    "PenaltyAndSteps",
    "Truncation",
    "TurningScanner",
    "WrongPhysics",
]
