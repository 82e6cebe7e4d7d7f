"""Asks the front ends of the responding figures what they compute, without a browser."""

import base64
import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from course_utils.explore.figure import front_end

# The model of a figure as a browser has it: bytes are views.
MODEL = """
const viewed = (v) => {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return v;
  if (!("base64" in v)) {
    return Object.fromEntries(Object.entries(v).map(([k, inner]) => [k, viewed(inner)]));
  }
  const { buffer, byteOffset, byteLength } = Buffer.from(v.base64, "base64");
  return new DataView(buffer, byteOffset, byteLength);
};
const model = { get: (trait) => viewed(STATE[trait]) };
const plain = (_, v) => (ArrayBuffer.isView(v) ? [...v] : v);
const compute = await computation(model);
const answer = SETTINGS.map((setting) => compute({ ...viewed(STATE), ...viewed(setting) }));
console.log(JSON.stringify(answer, plain));
"""


def node():
    """The engine that Playwright carries, or one that is installed; without one, skip."""
    package = find_spec("playwright")
    carried = Path(package.origin).parent / "driver" / "node" if package else Path()
    path = carried if carried.is_file() else shutil.which("node")
    return path or pytest.skip("no engine for JavaScript: install Playwright or node")


def ask(name, expression, **given):
    """The value of an expression in a front end, "name" or "name part", for numbers."""
    plain = {k: x.tolist() if torch.is_tensor(x) else x for k, x in given.items()}
    constants = "".join(f"const {k} = {json.dumps(x)};\n" for k, x in plain.items())
    answer = f"{{ {constants} console.log(JSON.stringify({expression})); }}"
    return answered(f"{front_end(*name.split())}\n{answer}")


def drawn(figure, settings):
    """What the front end of a figure draws, ``computation(model)``, at each setting."""
    state = {k: plain(v) for k, v in figure.get_state().items() if not k.startswith("_")}
    settings = [{k: plain(v) for k, v in setting.items()} for setting in settings]
    given = f"const STATE = {json.dumps(state)};\nconst SETTINGS = {json.dumps(settings)};"
    return answered(f"{figure._esm}\n{{{given}\n{MODEL}}}")


def plain(value):
    """A value of a trait in JSON."""
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value


def answered(program):
    """What a program prints, as JSON."""
    command = [str(node()), "--input-type=module", "-"]
    done = subprocess.run(
        command,
        input=program,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
