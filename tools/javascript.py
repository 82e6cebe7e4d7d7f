"""Format and style of the JavaScript: `python tools/javascript.py [--fix]`.

deno.json says which files, and by which rules. A front end is two files read as one text
(see course_utils/explore/figure.py), so these are joined too: each name must be defined.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = ("--no-config", "--rules-tags=", "--rules-include=no-undef,no-redeclare")
GIVEN = "\nvar document;\n"  # what the browser defines, and the linter does not know


def deno(*arguments: str) -> bool:
    """Whether deno finds nothing wrong; it asks no server whether it is out of date."""
    command = [sys.executable, "-m", "deno", *arguments]
    environment = os.environ | {"DENO_NO_UPDATE_CHECK": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment).returncode == 0


def front_ends() -> dict[str, str]:
    """The text of each front end, with the parts that its class puts before it."""
    folder = ROOT / "course_utils" / "explore"
    alone = ROOT / "course_utils" / "quick" / "quick.js"
    texts = {alone.name: alone.read_text(encoding="utf-8")}
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        for given in re.findall(r"front_end\((\"[^)]*)\)", source):
            name, *parts = re.findall(r"\w+", given)
            files = [folder / f"{part}.js" for part in ("figure", *parts, name)]
            texts[f"{name}.js"] = "\n".join(f.read_text(encoding="utf-8") for f in files)
    return texts


def names_are_defined(texts: dict[str, str]) -> bool:
    """Whether each front end defines every name that it uses, and none twice."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text + GIVEN, encoding="utf-8")
        return deno("lint", *RULES, folder)


def lines_are_short() -> bool:
    """Whether no line is too long; the formatter leaves texts and comments as they are."""
    settings = json.loads((ROOT / "deno.json").read_text(encoding="utf-8"))["fmt"]
    paths = sorted(path for pattern in settings["include"] for path in ROOT.glob(pattern))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > settings["lineWidth"]
    ]
    for line in found:
        print(line, flush=True)
    return not found


def main(arguments: list[str]) -> int:
    """Check everything, even if the first check fails; with `--fix`, format first."""
    if find_spec("deno") is None:
        print("deno is missing: run `python -m pip install -r tools/requirements.txt`")
        return 1
    found = [
        deno("fmt") if "--fix" in arguments else deno("fmt", "--check"),
        deno("lint"),
        lines_are_short(),
        names_are_defined(front_ends()),
    ]
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
