"""Every form of a repository's address leads to one place, and no secret to a page."""

import pytest
import yaml
from launching import branch_here
from repository import Repository, from_settings, note_on_branch, read_settings

SECRET = "ghp_0123456789"
HUB = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
FILE = "book/01-tiny.ipynb"
ON_GITHUB = Repository("https://github.com/someone/a-book", "main")
FORMS = {
    "https://github.com/someone/a-book": ON_GITHUB.address,
    "https://github.com/someone/a-book/": ON_GITHUB.address,
    "https://github.com/someone/a-book.git": ON_GITHUB.address,
    "https://www.github.com/someone/a-book#readme": ON_GITHUB.address,
    "HTTPS://GitHub.com/someone/a-book?tab=readme": ON_GITHUB.address,
    "github.com/someone/a-book": ON_GITHUB.address,
    "git@github.com:someone/a-book.git": ON_GITHUB.address,
    "git@github.com:someone/a-book": ON_GITHUB.address,
    "ssh://git@github.com/someone/a-book.git": ON_GITHUB.address,
    "ssh://git@github.com:22/someone/a-book.git": ON_GITHUB.address,
    "git+ssh://git@github.com/someone/a-book.git": ON_GITHUB.address,
    "git://github.com/someone/a-book.git": ON_GITHUB.address,
    "https://someone@github.com/someone/a-book": ON_GITHUB.address,
    f"https://someone:{SECRET}@github.com/someone/a-book.git": ON_GITHUB.address,
    f"https://{SECRET}@github.com/someone/a-book": ON_GITHUB.address,
    "https://gitlab.com/group/below/a-book.git": "https://gitlab.com/group/below/a-book",
    "git@gitlab.com:group/below/a-book.git": "https://gitlab.com/group/below/a-book",
    "https://git.example.org:8443/us/a-book": "https://git.example.org:8443/us/a-book",
    "ssh://git@git.example.org:2222/us/a-book": "https://git.example.org/us/a-book",
    "http://localhost:3000/us/a-book.git": "http://localhost:3000/us/a-book",
    "git@codeberg.org:us/a-book.git": "https://codeberg.org/us/a-book",
}
NONE = [
    "https://github.com/someone",
    "https://github.com/someone/a-book/tree/main/book",
    "https://gitlab.com/group/a-book/-/tree/main",
    "https://a host/someone/a-book",
    'https://github.com/someone/a-book"; import os',
    "/srv/git/a-book.git",
    "file:///srv/git/a-book.git",
    "../a-book",
    "C:\\books\\a-book",
    "a-book",
    "git+file:///srv/git/a-book.git",
    f"https://someone:{SECRET}@github.com/someone",
    f"https://someone:half/{SECRET}@github.com/someone/a-book",
    f"https://github.com/someone?private_token={SECRET}",
    2025,
]
BRANCHES = {"course-2025": "course-2025", "course/2025": "course%2F2025"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_address_is_that_of_a_page(form):
    found = from_settings({"url": form})
    assert found == Repository(FORMS[form], "main")
    assert SECRET not in str(found)


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_address_is_refused_with_the_setting_and_without_its_secret(url):
    with pytest.raises(ValueError, match=r"`repository: url:` in _config\.yml") as caught:
        from_settings({"url": url})
    assert SECRET not in str(caught.value) and "half" not in str(caught.value)


@pytest.mark.parametrize("settings", [{}, {"url": ""}, {"url": None}, {"url": " "}])
def test_without_an_address_there_is_no_repository(settings, tmp_path):
    assert from_settings(settings) is None
    assert read_settings(tmp_path) is None
    (tmp_path / "_config.yml").write_text("", encoding="utf-8")
    assert read_settings(tmp_path) is None


def test_an_address_in_the_place_of_the_settings_is_refused():
    with pytest.raises(ValueError, match="repository: url:"):
        from_settings(ON_GITHUB.address)


def test_the_settings_are_read_from_the_file_of_the_book(tmp_path):
    settings = {"repository": {"url": "git@host.org:a/b.git", "branch": "x/y"}}
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    assert read_settings(tmp_path).to_install() == "https://host.org/a/b@x/y"


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_branch_other_than_the_first_is_installed_and_opened(branch):
    found = from_settings({"url": ON_GITHUB.address, "branch": branch})
    assert found.to_install() == f"{ON_GITHUB.address}@{branch}"
    assert found.on_binder(HUB, FILE) == (
        f"{HUB}/v2/gh/someone/a-book/{branch}?urlpath=lab/tree/{FILE}"
    )
    assert found.on_colab(COLAB, FILE) == (
        f"{COLAB}/github/someone/a-book/blob/{BRANCHES[branch]}/{FILE}"
    )


@pytest.mark.parametrize("branch", [2025, 1.1, "two words", "a/", 'x"', ["main"]])
def test_what_is_no_branch_is_refused_with_the_setting(branch):
    with pytest.raises(ValueError, match=r"`repository: branch:` in _config\.yml"):
        from_settings({"url": ON_GITHUB.address, "branch": branch})


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://gitlab.com/group/below/a-book", "gl/group%2Fbelow%2Fa-book"),
        ("https://codeberg.org/us/a-book", "git/https%3A%2F%2Fcodeberg.org%2Fus%2Fa-book"),
        ("https://notgithub.com/a/b", "git/https%3A%2F%2Fnotgithub.com%2Fa%2Fb"),
        ("https://x.org/github.com/b", "git/https%3A%2F%2Fx.org%2Fgithub.com%2Fb"),
    ],
)
def test_another_host_is_opened_in_binder_and_not_in_colab(address, where):
    found = Repository(address, "main")
    assert found.on_binder(f"{HUB}/", FILE) == (
        f"{HUB}/v2/{where}/main?urlpath=lab/tree/{FILE}"
    )
    assert found.on_colab(COLAB, FILE) is None


def test_the_branch_of_a_run_on_github_is_told_where_nothing_is_checked_out(tmp_path):
    of_a_branch = {"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "course/2025"}
    assert branch_here(tmp_path, of_a_branch) == "course/2025"
    of_a_tag = {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"}
    assert branch_here(tmp_path, of_a_tag) == branch_here(tmp_path, {}) == ""


def test_a_copy_on_a_branch_that_no_link_leads_to_is_told_the_setting():
    assert "`repository: branch:`" in note_on_branch(ON_GITHUB, "course")
    assert note_on_branch(ON_GITHUB, "main") is note_on_branch(ON_GITHUB, "") is None
    assert note_on_branch(None, "course") is None
