"""Figures that respond, with or without a kernel: each a module beside its front end."""

from .adjoint_and_pinn import AdjointAndPinn
from .band_and_noise import BandAndNoise
from .blur_and_noise import BlurAndNoise
from .by_eye import ByEye
from .claims_and_verdicts import ClaimsAndVerdicts
from .dead_patch import DeadPatch
from .emissivity_and_threshold import EmissivityAndThreshold
from .five_rules import FiveRules
from .hidden_stripes import HiddenStripes
from .how_much_to_fix import HowMuchToFix
from .iteration_player import IterationPlayer
from .layer_player import LayerPlayer
from .layers_and_iterations import LayersAndIterations
from .layers_and_views import LayersAndViews
from .material_map import MaterialMap
from .mode_and_boundary import ModeAndBoundary
from .painted_filter import PaintedFilter
from .pairs_and_error import PairsAndError
from .penalty_and_steps import PenaltyAndSteps
from .placed_steps import PlacedSteps
from .prox_plane import ProxPlane
from .ray_and_datum import RayAndDatum
from .receptive_field import ReceptiveField
from .reliability_diagram import ReliabilityDiagram
from .saturation_and_estimates import SaturationAndEstimates
from .scale_mixture import ScaleMixture
from .seen_and_added import SeenAndAdded
from .steps_until_deadline import StepsUntilDeadline
from .structures_and_regret import StructuresAndRegret
from .thermal_camera import ThermalCamera
from .three_answers import ThreeAnswers
from .train_in_the_page import TrainInThePage
from .train_the_diagonal import TrainTheDiagonal
from .truncation import Truncation
from .turning_scanner import TurningScanner
from .two_remedies import TwoRemedies
from .wrong_physics import WrongPhysics

__all__ = [
    "AdjointAndPinn",
    "BandAndNoise",
    "BlurAndNoise",
    "ByEye",
    "ClaimsAndVerdicts",
    "DeadPatch",
    "EmissivityAndThreshold",
    "FiveRules",
    "HiddenStripes",
    "HowMuchToFix",
    "IterationPlayer",
    "LayerPlayer",
    "LayersAndIterations",
    "LayersAndViews",
    "MaterialMap",
    "ModeAndBoundary",
    "PaintedFilter",
    "PairsAndError",
    "PenaltyAndSteps",
    "PlacedSteps",
    "ProxPlane",
    "RayAndDatum",
    "ReceptiveField",
    "ReliabilityDiagram",
    "SaturationAndEstimates",
    "ScaleMixture",
    "SeenAndAdded",
    "StepsUntilDeadline",
    "StructuresAndRegret",
    "ThermalCamera",
    "ThreeAnswers",
    "TrainInThePage",
    "TrainTheDiagonal",
    "Truncation",
    "TurningScanner",
    "TwoRemedies",
    "WrongPhysics",
]
