"""The buttons that open a chapter in Binder and in Colab, wherever this copy lives.

The theme draws them, but knows two hosts and one form of an address. So it is given the
address in that form, and the links that it makes are replaced by those of ``repository``.
"""

import os
import subprocess
from pathlib import Path

from repository import from_settings, note_on_branch
from sphinx.errors import ExtensionError
from sphinx.util import logging

KNOWN_TO_THE_THEME = ("github", "gitlab", "bitbucket")


def repository_of(options):
    """The repository that the options of the theme name, or None."""
    branch = options.get("repository_branch")
    return from_settings({"url": options.get("repository_url"), "branch": branch})


def prepare(app, options):
    """Before the build: give the theme an address it knows, and no button without aim."""
    try:
        repository = repository_of(options)
    except ValueError as error:
        raise ExtensionError(str(error)) from error
    options["repository_url"] = repository.address if repository else ""
    if repository is None:
        options.pop("launch_buttons", None)
        return
    options["repository_branch"] = repository.branch
    if not any(name in repository.host for name in KNOWN_TO_THE_THEME):
        options.setdefault("repository_provider", "gitlab")  # the most likely of the rest
    if repository.host != "github.com":
        (options.get("launch_buttons") or {}).pop("colab_url", None)
    if note := note_on_branch(repository, branch_here(app.srcdir, os.environ)):
        logging.getLogger(__name__).info(note)


def branch_here(folder, environment):
    """The branch of a checkout, or of the run on GitHub that builds it; empty if none."""
    if environment.get("GITHUB_REF_TYPE") == "branch":
        return environment.get("GITHUB_REF_NAME", "")
    command = ["git", "-C", str(folder), "symbolic-ref", "--quiet", "--short", "HEAD"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:  # no git
        return ""
    return said.stdout.strip()


def aim(app, pagename, context):
    """Replace the addresses of the buttons of a page by those of its repository."""
    options = app.config.html_theme_options
    launch = options.get("launch_buttons") or {}
    groups = context.get("header_buttons", [])
    buttons = [b for group in groups for b in group.get("buttons", [])]
    if not launch or not buttons:
        return
    repository = repository_of(options)
    below = Path(options.get("path_to_docs") or "") / app.env.doc2path(pagename, base=False)
    for button in buttons:
        if button["text"] == "Binder":
            button["url"] = repository.on_binder(launch["binderhub_url"], below.as_posix())
        elif button["text"] == "Colab":
            button["url"] = repository.on_colab(launch["colab_url"], below.as_posix())
