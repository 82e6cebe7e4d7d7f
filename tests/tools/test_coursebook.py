"""The Sphinx extension: launch links, running times, MathJax, no foreign address."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.built, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
VIEW = "application/vnd.jupyter.widget-view+json"
TINY = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "cells": [
        {
            "id": "head",
            "cell_type": "markdown",
            "metadata": {},
            "source": '# Tiny\n\n**Runs in** <span class="runs-in">a minute</span>. $f$',
        }
    ],
}


def build(folder, url, branch="main"):
    """Build a book of one chapter with the settings of this one and another address."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["repository"].update(url=url, branch=branch)
    shutil.copytree(
        ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static")
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    toc = {
        "format": "jb-book",
        "root": "book/intro",
        "chapters": [{"file": "book/01-tiny"}],
    }
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    (folder / "book" / "intro.md").write_text("# A book\n", encoding="utf-8")
    (folder / "book" / "01-tiny.ipynb").write_text(json.dumps(TINY), encoding="utf-8")
    (folder / "book" / "references.bib").write_text("", encoding="utf-8")
    (folder / "book" / "runtimes.json").write_text('{"01-tiny": 41.6}', encoding="utf-8")
    main = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", main, "build", ".", "-W", "-n", "--keep-going"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return (folder / "_build/html/book/01-tiny.html").read_text(encoding="utf-8")


def launch_links(page):
    """The links of a page that lead to Binder or Colab."""
    return re.findall(r'href="(https://(?:mybinder|colab)[^"]*)"', page)


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    """The folder and the chapter of a book whose fork has set its address."""
    folder = tmp_path_factory.mktemp("a fork é")
    return folder, build(folder, "https://github.com/someone/a-book/")


def test_a_fork_gets_binder_and_colab_links(fork):
    where = "someone/a-book"
    assert launch_links(fork[1]) == [
        f"https://mybinder.org/v2/gh/{where}/main?urlpath=lab/tree/book/01-tiny.ipynb",
        f"https://colab.research.google.com/github/{where}/blob/main/book/01-tiny.ipynb",
    ]


def test_a_fork_on_gitlab_gets_the_binder_link_alone(tmp_path):
    page = build(tmp_path, "https://gitlab.com/someone/a-book.git")
    assert launch_links(page) == [
        "https://mybinder.org/v2/gl/someone%2Fa-book/main?urlpath=lab/tree/book/01-tiny.ipynb"
    ]


@pytest.mark.rare  # each address: test_repository.py
def test_a_fork_on_a_host_of_its_own_gets_the_binder_link_and_no_page_its_secret(tmp_path):
    url = "https://someone:ghp_0123@git.example.org:8443/group/below/a-book.git"
    page = build(tmp_path, url, "course/2025")
    where = "https%3A%2F%2Fgit.example.org%3A8443%2Fgroup%2Fbelow%2Fa-book/course/2025"
    assert launch_links(page) == [
        f"https://mybinder.org/v2/git/{where}?urlpath=lab/tree/book/01-tiny.ipynb"
    ]
    made = [path for path in (tmp_path / "_build").rglob("*") if path.is_file()]
    assert not [path for path in made if b"ghp_0123" in path.read_bytes()]


@pytest.mark.rare
def test_an_address_that_leads_nowhere_ends_the_build_with_the_setting(tmp_path):
    with pytest.raises(AssertionError, match="`repository: url:`") as caught:
        build(tmp_path, "https://someone:ghp_0123@github.com/someone")
    assert "ghp_0123" not in str(caught.value)


def test_a_fork_leads_to_its_source_its_issues_its_licence_and_how_to_cite(fork):
    at = "https://github.com/someone/a-book"
    assert re.findall(r'<a href="([^"]*)">(?:Source|Report|Licence|How)', fork[1]) == [
        f"{at}/blob/main/book/01-tiny.ipynb",
        f"{at}/issues/new?title=In%20%E2%80%9CTiny%E2%80%9D",
        f"{at}/blob/main/LICENSE-TEXT",
        f"{at}/blob/main/CITATION.cff",
    ]


def test_a_page_has_one_icon_one_description_and_the_faces_in_a_sheet(fork):
    folder, page = fork
    (icon,) = re.findall(r'<link rel="icon" href="([^"]*)"', page)
    assert (folder / "_build/html/book" / icon.split("?")[0]).resolve().is_file()
    (words,) = re.findall(r'<meta name="description" content="([^"]*)"', page)
    assert words.startswith("Runs in")
    sheet = folder / "_build/html/_static/course-face.css"
    assert sheet.read_text(encoding="utf-8").count("@font-face") == 3


def test_the_measured_time_stands_in_the_head(fork):
    assert '<span class="runs-in">42 seconds</span>' in fork[1]


def test_mathjax_is_one_file_in_the_right_place_with_its_fonts(fork):
    folder, page = fork
    (source,) = re.findall(r'src="([^"]*course-mathjax\.js)[^"]*"', page)
    assert (folder / "_build/html/book" / source).resolve().is_file()
    fonts = list((folder / "_build/html/mathjax/output/chtml/fonts/woff-v2").glob("*.woff"))
    assert len(fonts) == 23
    assert [path.name for path in (folder / "vendor").iterdir()] == ["mathjax"]


class Addresses(HTMLParser):
    """Collects what a page would load, and what it holds by name."""

    def __init__(self):
        """Start with nothing."""
        super().__init__()
        self.loaded, self.ids = [], []

    def handle_starttag(self, tag, attrs):
        """Note the address of anything but an ordinary link, and the name of anything."""
        attrs = dict(attrs)
        if tag != "a":
            self.loaded += [
                attrs[k] for k in ("src", "srcset", "data", "poster") if attrs.get(k)
            ]
        if tag == "link" and attrs.get("rel") not in ("canonical", "license"):
            self.loaded.append(attrs["href"])
        if attrs.get("id"):
            self.ids.append(attrs["id"])


def built_pages():
    """The pages of the built book."""
    pages = sorted(HTML.rglob("*.html"))
    if not pages:
        pytest.fail("the book is not built: run `make book` first")
    return pages


def test_no_page_names_another_host_to_load_from():
    for path in built_pages():
        parser = Addresses()
        parser.feed(path.read_text(encoding="utf-8"))
        foreign = [a for a in parser.loaded if re.match(r"(https?:)?//", a)]
        assert foreign == [], path
        assert not re.search(r"thebe|require\.js|html-manager", " ".join(parser.loaded)), (
            path
        )


def test_no_style_names_another_host_to_load_from():
    for path in HTML.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", text), path


def test_no_name_is_given_twice_on_a_page():
    for path in built_pages():
        parser = Addresses()
        parser.feed(path.read_text(encoding="utf-8"))
        twice = {name for name in parser.ids if parser.ids.count(name) > 1}
        assert twice == set(), path


def test_without_an_address_there_are_no_launch_buttons():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    if config["repository"]["url"]:
        pytest.skip("this copy has set its address")
    for path in built_pages():
        text = path.read_text(encoding="utf-8")
        assert launch_links(text) == [] and "launch-buttons" not in text, path
        assert "Report a mistake" not in text, path


TWIN = r'(?:<img|\s*<div class="cu-twin)'  # of a figure, or of a quick check


def test_every_view_of_a_chapter_stands_beside_its_twin():
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        page = (HTML / "book" / path.name).with_suffix(".html").read_text(encoding="utf-8")
        views = re.findall(rf'<script type="{re.escape(VIEW)}">', page)
        beside = re.findall(rf'<script type="{re.escape(VIEW)}">[^<]*</script>{TWIN}', page)
        assert len(views) == len(beside), path
