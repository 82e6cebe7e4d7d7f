"""A conductivity by adjoint Gauss-Newton, beside the trainings of a PINN."""

import zlib
from base64 import b64decode

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

TASK = (
    "Predict: when the residual of the PINN is below a hundredth, is its estimate good? "
    "Then find a training and an effort that bring its error within a tenth of the "
    "adjoint's."
)


class AdjointAndPinn(RespondingFigure):
    """Both estimates of a, and their errors, after so many solutions or passes.

    ``rows`` are those of the study of adjoints and PINNs that hold a course: one for each
    noise and training, of one conductivity. The page computes the iterates of Gauss-Newton
    from f = 0 for any penalty; 49 adjoint solutions and one of the equation are a step. Of
    the trainings it shows what was logged.

    Units: ``log10_lam`` is log10 of lambda, which is that of the trainings at first, and
    ``log10_effort`` that of the number of solutions, or of passes.
    """

    _esm = front_end("adjoint_and_pinn", "remembered", "packed")
    cells = synced(Int)
    looks = synced(Int)
    noises = synced(List, Unicode())
    trainings = synced(List, Unicode())
    truth = synced(Bytes)
    data = synced(Bytes)
    sigmas = synced(Bytes)
    lams = synced(Bytes)
    passes = synced(Bytes)
    residuals = synced(Bytes)
    log_a = synced(Dict)
    noise = synced(Unicode)
    training = synced(Unicode)
    log10_lam = synced(Float)
    log10_effort = synced(Float)

    def __init__(
        self,
        rows: list[dict],
        noise: str,
        training: str,
        log10_effort: float = 2.0,
        *,
        task: str = TASK,
    ):
        rows = sorted((row for row in rows if "log_a" in row), key=lambda x: x["noise"])
        trainings = list(dict.fromkeys(name_of(row) for row in rows))
        levels = rows[:: len(trainings)]
        noises = [f"{row['noise']:g} %" for row in levels]
        lams = [row["lam"] for row in levels]
        log_a = torch.stack([unpacked(row) for row in rows])
        super().__init__(
            task=task,
            label="A conductivity, estimated by adjoints and by a PINN, over the effort",
            cells=len(rows[0]["truth"]),
            looks=log_a.shape[1],
            noises=noises,
            trainings=trainings,
            truth=as_bytes(rows[0]["truth"]),
            data=as_bytes([row["g"] for row in levels]),
            sigmas=as_bytes([row["sigma"] for row in levels]),
            lams=as_bytes(lams),
            passes=as_bytes([row["passes_at"] for row in rows]),
            residuals=as_bytes([row["residuals"] for row in rows]),
            log_a=in_steps(log_a, bits=16, packed=True),
            noise=noise,
            training=training,
            log10_lam=float(np.log10(lams[noises.index(noise)])),
            log10_effort=log10_effort,
        )

    def twin(self) -> Figure:
        place = self.noises.index(self.noise) * len(self.trainings)
        place += self.trainings.index(self.training)
        passes = self.numbers("passes").view(-1, self.looks)[place]
        look = int((passes <= 10**self.log10_effort).sum()) - 1
        shown = self.numbers("log_a").view(-1, self.looks, self.cells)[place, look].exp()
        lines = {"truth": ("scene", self.numbers("truth")), "PINN": ("learned", shown)}
        return plots.curves(lines, "cell", "conductivity a")


def name_of(row: dict) -> str:
    """What a training is called in the figure."""
    return row["method"] + (f", {row['setting']}" if row["setting"] else "")


def unpacked(row: dict) -> Tensor:
    """log a after each look, in the cells. Shape: (looks, cells)."""
    steps = np.frombuffer(zlib.decompress(b64decode(row["log_a"])), "<i2")
    log_a = torch.from_numpy(steps.astype(float)) / 1e4
    return log_a.view(-1, len(row["truth"]))
