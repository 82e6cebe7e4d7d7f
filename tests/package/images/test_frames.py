"""Frames like those of real cameras go the way of a reader's own, to kelvin and labels.

The way is that of the chapter on infrared: its functions are taken from the notebook.
"""

import ast
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils import images, infrared, potts
from tests.package.images.flir_jpeg import counts_of, flir_jpeg

CHAPTER = Path(__file__).resolve().parents[3] / "book" / "13-infrared.ipynb"
NAMES = ("wiener", "decay", "restored")
ROW, COLUMN = np.mgrid[:60, :80] / 60
WARM = (COLUMN - 0.5) ** 2 + (ROW - 0.4) ** 2 < 0.04
HOT = (COLUMN - 0.9) ** 2 + (ROW - 0.6) ** 2 < 0.02
FRAMES = {  # kelvin of wall, warm and hot things; the noise is 0.05 K
    "strong": (300, 320, 360),  # such as a wire under load
    "weak": (295, 295.2, 295.4),  # a floor that is heated
    "cold": (235, 243, 251),  # the sky
    "cold and weak": (215, 215.1, 215.2),
    "one thing": (295, 315, 295),
}


def taken_from_the_chapter():
    """Its imports, its camera, and the functions that a frame of one's own goes through."""
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found = [node for text in code for node in ast.parse(text).body]
    space = {}
    for node in found:
        is_named = isinstance(node, ast.FunctionDef) and node.name in NAMES
        is_eye = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "eye"
        if is_named or is_eye or isinstance(node, ast.Import | ast.ImportFrom):
            exec(compile(ast.Module([node], []), CHAPTER.name, "exec"), space)
    return space


@pytest.mark.rare
@pytest.mark.parametrize("packing", ["little", "png swapped"])
@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_loaded_restored_and_labelled(name, packing, save, doubles):
    wall, warm, hot = FRAMES[name]
    noise = 0.05 * np.random.default_rng(0).standard_normal(WARM.shape)
    T = np.where(HOT, hot, np.where(WARM, warm, wall)) + noise
    path = save("frame.jpg", flir_jpeg(counts_of(T).round(), packing=packing))
    np.testing.assert_allclose(images.load(path, unit="kelvin"), T, atol=0.015)

    chapter = taken_from_the_chapter()
    frame = images.load(path, size=24, unit="kelvin")
    f = chapter["restored"](frame, 0.05, 0.0)  # made coarser, it is no longer blurred
    g = infrared.band_radiance(frame)
    assert f.shape == (48, 48) and abs(f.mean() / g.mean() - 1) < 0.01
    T_hat = infrared.brightness_temperature(f)

    sharp = infrared.Camera((48, 48))
    steps = zip(range(40), potts.potts_mean_field(sharp.H, g, 3, 1.0, f), strict=False)
    q = [q for _, q in steps][-1]
    assert q.f.isfinite().all() and q.m.isfinite().all() and (q.v > 0).all()
    count = q.labels.flatten().bincount(minlength=3)
    assert count.numel() == 3 and (count > 0).sum() >= 2  # a class may stay empty
    shown = T_hat.quantile(torch.tensor([0.1, 0.85, 0.99]))[q.labels]
    assert shown.shape == (48, 48)
    if name == "cold":  # the coldest class is the wall, and the largest
        assert count.argmax() == 0 and count[0] > 0.5 * count.sum()


@pytest.fixture
def default_double():
    """The chapter computes in double precision."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)
