"""Asks the front ends of the responding figures what they compute, without a browser."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from course_utils.explore.figure import front_end


def node():
    """The engine that Playwright carries, or one that is installed; without one, skip."""
    package = find_spec("playwright")
    carried = Path(package.origin).parent / "driver" / "node" if package else Path()
    path = carried if carried.is_file() else shutil.which("node")
    return path or pytest.skip("no engine for JavaScript: install Playwright or node")


def ask(name, expression, **given):
    """The value of an expression in the front end of this name, for tensors and numbers."""
    plain = {k: x.tolist() if torch.is_tensor(x) else x for k, x in given.items()}
    constants = "".join(f"const {k} = {json.dumps(x)};\n" for k, x in plain.items())
    answer = f"{{ {constants} console.log(JSON.stringify({expression})); }}"
    program = f"{front_end(name)}\n{answer}"
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
