"""Drawings that explain: each is a function that returns a small SVG, all in one hand."""

from .canvas import Drawing, in_two_layouts
from .loops import split, training_loop
from .networks import cnn
from .neurons import convolution, layer, neuron, residual
from .svd import there_and_back
from .unets import unet

__all__ = [
    "Drawing",
    "cnn",
    "convolution",
    "in_two_layouts",
    "layer",
    "neuron",
    "residual",
    "split",
    "there_and_back",
    "training_loop",
    "unet",
]
