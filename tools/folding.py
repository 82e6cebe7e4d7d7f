"""A fold: code that the page shows under a label alone, and JupyterLab closed.

An author writes ``"fold": "Set-up"`` into the metadata of a cell and nothing else; tags and
settings of the programs that show it follow. Without the entry they are gone again.
"""

QUICK_CHECK = "Quick check"
LABELS = ("Set-up", "How this figure is made", "The experiment", QUICK_CHECK)
CHECKED = "Checked: "  # and what was checked, in words
PROMPTS = ("code_prompt_show", "code_prompt_hide")
HIDING = {"hide-input", "remove-input"}


def fold_of(cell):
    """The label of a folded cell, empty for an open one."""
    return cell.metadata.get("fold", "")


def is_known(label):
    """Whether a label is one of the book's."""
    return label in LABELS or (len(label) > len(CHECKED) and label.startswith(CHECKED))


def with_fold(metadata, closed=False):
    """The metadata of a cell with what follows from its fold.

    A quick check shows no code at all in the page. ``closed`` closes a cell in JupyterLab
    that has no fold of its own: the code of a solution.
    """
    label = metadata.get("fold")
    look = dict(metadata.get("mystnb", {}))
    was_folded = [look.pop(prompt, None) for prompt in PROMPTS] != [None, None]
    tags = set(metadata.get("tags", ()))
    if label or was_folded:
        tags -= HIDING
    if label:
        tags.add("remove-input" if label == QUICK_CHECK else "hide-input")
        look |= dict.fromkeys(PROMPTS, label)
    jupyter = {"source_hidden": True} if label or closed else {}
    new = {**metadata, "tags": sorted(tags), "mystnb": look, "jupyter": jupyter}
    return {name: value for name, value in new.items() if value}
