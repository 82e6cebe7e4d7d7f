"""A figure that responds: numbers from Python, sliders in the browser, and a still twin."""

from base64 import b64encode
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets
from matplotlib.figure import Figure

from ..plots import png

HERE = Path(__file__).parent


def front_end(name: str) -> str:
    """The module ``<name>.js``, with the parts shared by all figures before it."""
    return "\n".join((HERE / f"{part}.js").read_text("utf-8") for part in ("figure", name))


def as_bytes(values) -> bytes:
    """Numbers as the front end reads them: float32, little-endian, row by row."""
    if torch.is_tensor(values):
        values = values.detach().to("cpu", torch.float32).resolve_neg()
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def synced(kind: type, *given) -> traitlets.TraitType:
    """A trait that Python and the browser share: ``kind(*given)``."""
    return kind(*given).tag(sync=True)


class RespondingFigure(anywidget.AnyWidget):
    """An anywidget that needs no kernel: the browser computes from arrays of Python's.

    It shows itself three ways in one output: as the live figure, as the still ``twin``
    where nothing can run (print, GitHub, no script), and as its ``label`` in plain text.
    """

    _css = (HERE / "figure.css").read_text("utf-8")
    label = synced(traitlets.Unicode)

    def twin(self) -> Figure:
        """The figure at its present setting, as a still picture."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = super()._repr_mimebundle_()
        still = {
            "image/png": b64encode(png(self.twin())).decode(),
            "text/plain": self.label,
        }
        return {**data, **still}, metadata
