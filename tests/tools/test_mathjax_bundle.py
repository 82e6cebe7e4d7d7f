"""MathJax in one file: what the formulas need, whole or not at all."""

import mathjax_bundle
import pytest
from mathjax_bundle import BUNDLE


def test_the_file_starts_with_the_loader_and_names_what_follows(tmp_path):
    mathjax_bundle.copy(tmp_path / "vendor")
    text = (tmp_path / "vendor/mathjax" / BUNDLE).read_text(encoding="utf-8")
    preload = text.index('MathJax.loader.preLoad("loader", "startup", "core"')
    for part in ("core", "[tex]/ams", "output/chtml", "a11y/assistive-mml"):
        assert text.index(f'checkVersion("{part}"') > preload
    assert len(text) < 850_000


def test_extensions_and_fonts_lie_beside_it(tmp_path):
    mathjax_bundle.copy(tmp_path / "vendor")
    beside = tmp_path / "vendor/mathjax"
    assert (beside / "input/tex/extensions/cancel.js").is_file()
    assert len(list((beside / "output/chtml/fonts/woff-v2").glob("*.woff"))) == 23
    assert not list(beside.rglob("all-packages.js"))


def test_a_folder_of_an_older_version_is_replaced_and_a_new_one_left(tmp_path):
    old = tmp_path / "vendor/mathjax/tex-chtml-full.js"
    old.parent.mkdir(parents=True)
    old.write_text("old", encoding="utf-8")
    mathjax_bundle.copy(tmp_path / "vendor")
    assert not old.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]
    made = tmp_path / "vendor/mathjax" / BUNDLE
    made.write_text("kept", encoding="utf-8")
    mathjax_bundle.copy(tmp_path / "vendor")
    assert made.read_text(encoding="utf-8") == "kept"


def test_without_the_package_the_command_that_installs_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(mathjax_bundle, "PACKAGE", "no-such-package")
    with pytest.raises(mathjax_bundle.ExtensionError, match="pip install"):
        mathjax_bundle.copy(tmp_path / "vendor")
    assert not (tmp_path / "vendor/mathjax").exists()
