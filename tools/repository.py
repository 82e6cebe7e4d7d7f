"""Where this copy of the book lives: every form of its address, and what leads there.

`repository:` in `_config.yml` holds the address, as a browser or as git writes it, and the
branch that is read. A name or a password before the host never gets into a page.
"""

import re
from typing import NamedTuple

import yaml

SETTING = "`repository: url:` in _config.yml"
BRANCH = "`repository: branch:` in _config.yml"
FORM = "https://github.com/OWNER/NAME"
AS_ADDRESS = re.compile(r"([a-z+]+)://(?:[^/]*@)?([^/?#]*)([^?#]*).*", re.IGNORECASE)
AS_SCP = re.compile(r"(?:[^@/\s]+@)?([^:/\s]+\.[^:/\s]+):(?!//)(.+)")  # git@host:owner/name
WITHOUT_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?/")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?")
PATH = re.compile(r"[\w.~-]+(/[\w.~-]+)+", re.ASCII)
NAME_OF_BRANCH = re.compile(r"[\w.+-]+(/[\w.+-]+)*", re.ASCII)


class Repository(NamedTuple):
    """A repository on the web: its address there, without a secret, and a branch."""

    address: str
    branch: str

    @property
    def host(self):
        """The host, with its port if it has one."""
        return self.address.split("/", 3)[2]

    @property
    def path(self):
        """Owner and name, and on GitLab the groups between them."""
        return self.address.split("/", 3)[3]

    def to_install(self):
        """What pip installs this branch from, behind `git+`."""
        return f"{self.address}@{self.branch}"

    def on_binder(self, hub, file):
        """The address that opens a file of the repository in Binder."""
        known = {"github.com": f"gh/{self.path}", "gitlab.com": f"gl/{quoted(self.path)}"}
        where = known.get(self.host, f"git/{quoted(self.address)}")
        place = f"lab/tree/{quoted(file, '/')}"
        return f"{hub.rstrip('/')}/v2/{where}/{self.branch}?urlpath={place}"

    def on_colab(self, colab, file):
        """The address that opens a file in Colab, or None: it reads from GitHub alone."""
        if self.host != "github.com":
            return None
        branch = quoted(self.branch)
        return f"{colab.rstrip('/')}/github/{self.path}/blob/{branch}/{quoted(file, '/')}"

    def on_web(self, file):
        """The address at which a browser shows a file of this branch."""
        branch = quoted(self.branch, "/")
        place = quoted(file, "/")
        if self.host == "github.com":
            return f"{self.address}/blob/{branch}/{place}"
        if "gitlab" in self.host:
            return f"{self.address}/-/blob/{branch}/{place}"
        return f"{self.address}/src/branch/{branch}/{place}"  # Gitea, Forgejo, Codeberg

    def to_report(self, title):
        """The address of a form for a mistake, with a title in it where the host can."""
        if "gitlab" in self.host:
            return f"{self.address}/-/issues/new?issue[title]={quoted(title)}"
        return f"{self.address}/issues/new?title={quoted(title)}"


def quoted(text, kept=""):
    """The text as a part of an address, in which letters and what is ``kept`` stay."""
    other = re.compile(rf"[^\w.~{kept}-]", re.ASCII)
    return other.sub(lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), text)


def read_settings(root):
    """The repository that `_config.yml` in a folder names, or None."""
    config = root / "_config.yml"
    settings = yaml.safe_load(config.read_text(encoding="utf-8")) if config.exists() else {}
    return from_settings((settings or {}).get("repository") or {})


def from_settings(repository):
    """The repository that these settings name, or None where they name none."""
    if not isinstance(repository, dict):
        raise ValueError(f"write {SETTING}, not an address beside `repository:`.")
    url = repository.get("url") or ""
    branch = repository.get("branch") or "main"
    if not isinstance(url, str):
        raise ValueError(f"{SETTING} is {url!r}: write an address as {FORM}, or leave it.")
    if not isinstance(branch, str) or not NAME_OF_BRANCH.fullmatch(branch):
        raise ValueError(f"{BRANCH} is {branch!r}: write the name of a branch, in quotes.")
    return Repository(web_address(url), branch) if url.strip() else None


def web_address(url):
    """The address of a repository for a browser, made from any form that git takes."""
    found = split(url.strip())
    if found is None or not HOST.fullmatch(found[0]) or not PATH.fullmatch(found[1]):
        raise ValueError(refusal(url, "is no address of a repository on the web"))
    host = found[0].removeprefix("www.")
    path = found[1]
    if (host == "github.com" and path.count("/") > 1) or "/-/" in path:
        raise ValueError(refusal(url, "leads further than to a repository"))
    scheme = "http" if url.strip().lower().startswith("http:") else "https"
    return f"{scheme}://{host}/{path}"


def split(url):
    """Host and path of a repository, without user, password, query and ending, or None."""
    if WITHOUT_SCHEME.match(url):
        url = f"https://{url}"
    if parts := AS_ADDRESS.fullmatch(url):
        host = parts[2]
        if not parts[1].lower().endswith(("http", "https")):
            host = host.split(":")[0]  # a port for git, where no browser is answered
        path = parts[3]
    elif parts := AS_SCP.fullmatch(url):
        host = parts[1]
        path = parts[2]
    else:
        return None
    return host.lower(), path.strip("/").removesuffix(".git")


def refusal(url, reason):
    """A sentence on an address, which is shown without what may be a secret."""
    shown = re.sub(r"^(\w+://)?.*@", r"\1", re.split("[?#]", url.strip())[0])
    return f"{shown!r} {reason}: set {SETTING} to one as {FORM}, or to nothing."


def note_on_branch(repository, branch):
    """A sentence where a copy is on another branch than its links lead to, or None."""
    if repository is None or branch in ("", repository.branch):
        return None
    return (
        f"The links of the pages lead to the branch {repository.branch!r}, and this is the "
        f"branch {branch!r}: if it should be read there, set {BRANCH}."
    )
