"""A figure that responds: numbers from Python, sliders in the browser, and a still twin."""

import zlib
from base64 import b64encode
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from ..plots import png

HERE = Path(__file__).parent


def front_end(name: str, *parts: str) -> str:
    """The module ``<name>.js``, with what it needs before it: what all share, and parts."""
    files = ("figure", *parts, name)
    return "\n".join((HERE / f"{part}.js").read_text("utf-8") for part in files)


def as_bytes(values) -> bytes:
    """Numbers as the front end reads them: float32, little-endian, row by row."""
    if torch.is_tensor(values):
        values = values.detach().to("cpu", torch.float32).resolve_neg()
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def in_steps(
    values: Tensor, bits: int = 8, packed: bool = False, levels: int | None = None
) -> dict:
    """Numbers in a quarter or half of the bytes: each is low + step * (an integer).

    ``bits`` is 8 or 16; the smallest number is 0, the largest ``levels`` - 1 steps, of
    which there are 2^bits at most. If ``packed``, the bytes come in a zlib stream, which
    is shorter for fewer levels.
    """
    values = values.detach().cpu().double()
    low = values.min().item()
    last = (levels or 2**bits) - 1
    step = (values.max().item() - low) / last or 1.0
    steps = ((values - low) / step).round().numpy()
    data = np.ascontiguousarray(steps, dtype=f"<u{bits // 8}").tobytes()
    data = zlib.compress(data, 9) if packed else data
    return {"data": data, "bits": bits, "low": low, "step": step, "packed": packed}


def read(sent) -> Tensor:
    """What the front end reads in ``as_bytes`` or ``in_steps``: one row, in doubles."""
    if isinstance(sent, bytes):
        return torch.from_numpy(np.frombuffer(sent, "<f4").astype(float))
    data = zlib.decompress(sent["data"]) if sent["packed"] else sent["data"]
    steps = np.frombuffer(data, f"<u{sent['bits'] // 8}")
    return torch.from_numpy(sent["low"] + sent["step"] * steps.astype(float))


def synced(kind: type, *given) -> traitlets.TraitType:
    """A trait that Python and the browser share: ``kind(*given)``."""
    return kind(*given).tag(sync=True)


class RespondingFigure(anywidget.AnyWidget):
    """An anywidget that needs no kernel: the browser computes from arrays of Python's.

    ``task`` is what it asks of the reader, and stands above it.

    It shows itself three ways in one output: as the live figure, as the still ``twin``
    where nothing can run (print, GitHub, no script), and as its ``label`` in plain text.
    """

    _css = (HERE / "figure.css").read_text("utf-8")
    label = synced(traitlets.Unicode)
    task = synced(traitlets.Unicode)

    def numbers(self, trait: str) -> Tensor:
        """The numbers of a trait as the front end reads them: one row, in doubles."""
        return read(getattr(self, trait))

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
