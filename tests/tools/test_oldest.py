"""The oldest versions that are allowed, as `make test-oldest` installs them."""

import oldest

REQUIREMENTS = "# the tests\nnumpy==2.4.6\ntorch==2.13.0\nmis_tune>=3.3\nexact==1.0\n-e .\n"
PYPROJECT = """
[project]
dependencies = ["torch>=2.6", "numpy>=2.0"]
[project.optional-dependencies]
lab = ["jupyterlab>=4.2"]
other = ["alone==5.1"]
"""


def test_a_lower_bound_becomes_the_version_and_torch_keeps_its_pin():
    assert oldest.oldest(REQUIREMENTS, PYPROJECT) == [
        "numpy==2.0",
        "torch==2.13.0",
        "mis-tune==3.3",
        "exact==1.0",
        "jupyterlab==4.2",
        "alone==5.1",
    ]


def test_torch_too_if_it_is_asked_for():
    assert "torch==2.6" in oldest.oldest(REQUIREMENTS, PYPROJECT, torch=True)


def test_every_package_of_the_project_is_pinned_and_no_pin_is_below_its_bound():
    requirements = (oldest.ROOT / "requirements.txt").read_text(encoding="utf-8")
    pyproject = (oldest.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pins = oldest.named(requirements.splitlines())
    bounds = oldest.named(oldest.bounds(pyproject))
    assert bounds.keys() <= pins.keys()
    for name, (_, floor) in bounds.items():
        assert numbers(pins[name][1]) >= numbers(floor), name


def test_weights_only_is_safe_in_every_torch_that_is_allowed():
    pyproject = (oldest.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bounds = oldest.named(oldest.bounds(pyproject))
    assert numbers(bounds["torch"][1]) >= (2, 6)
    assert numbers(bounds["pillow"][1]) >= (10, 3)


def numbers(version):
    return tuple(int(part) for part in version.split(".") if part.isdigit())
