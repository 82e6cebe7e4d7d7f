"""Drawings that explain: each is a function that returns a small SVG, all in one hand."""

from .adjoint import two_solves_or_one_loss
from .bayes_rule import prior_times_likelihood
from .canvas import Drawing, in_two_layouts
from .circulant import circulant_and_modes
from .claims import claims_and_chapters
from .fixed_layers import fixed_layers
from .forms import two_forms
from .hierarchy import hierarchical_model
from .linearisation import tangent_steps
from .loops import split, training_loop
from .measuring import point_and_ray
from .networks import cnn
from .neurons import convolution, layer, neuron, residual
from .proximal import projection_and_step
from .radiance import heat_to_count
from .rules import reading_lambda
from .scanner import filtered_back_projection, parallel_beam
from .structures import fixed_and_learned_parts
from .svd import there_and_back
from .unets import unet
from .unrolled_layers import learned_parts, unrolled_layer

__all__ = [
    "Drawing",
    "circulant_and_modes",
    "claims_and_chapters",
    "cnn",
    "convolution",
    "filtered_back_projection",
    "fixed_and_learned_parts",
    "fixed_layers",
    "heat_to_count",
    "hierarchical_model",
    "in_two_layouts",
    "layer",
    "learned_parts",
    "neuron",
    "parallel_beam",
    "point_and_ray",
    "prior_times_likelihood",
    "projection_and_step",
    "reading_lambda",
    "residual",
    "split",
    "tangent_steps",
    "there_and_back",
    "training_loop",
    "two_forms",
    "two_solves_or_one_loss",
    "unet",
    "unrolled_layer",
]
