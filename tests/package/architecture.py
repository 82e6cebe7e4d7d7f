"""What code looks like here: each rule takes the text of a module and yields its faults.

The rules read the syntax tree and import nothing, so that they hold for code that never
runs.
"""

import ast
import io
import re
import tokenize

MAY_IMPORT = {
    "__init__": set(),
    "audit": {"bayes", "linear", "networks", "operators", "signals", "solvers", "tables"}
    | {"unrolled"},
    "bayes": {"checks", "linear", "solvers"},
    "checkpoint": set(),
    "checks": set(),
    "choose": {"checks", "linear"},
    "drawings": {"plots"},
    "explore": {"bayes", "choose", "infrared", "metrics", "mismatch", "operators", "plots"}
    | {"potts", "priors", "signals", "solvers"},
    "held": {"checks"},
    "images": {"checks"},
    "infrared": {"checks", "linear", "noise", "operators"},
    "integral_equations": {"linear"},
    "linear": {"checks", "held"},
    "metrics": {"checks"},
    "mismatch": {"checks"},
    "networks": {"checks", "linear"},
    "noise": set(),
    "nonlinear": {"checks", "held", "linear", "solvers", "unrolled"},
    "operators": {"checks", "held", "linear"},
    "plots": set(),
    "projects": {"checks", "images", "metrics", "noise", "operators", "plots"}
    | {"priors", "signals", "solvers"},
    "potts": {"bayes", "checks", "linear", "operators", "solvers"},
    "priors": {"checks", "operators"},
    "quick": set(),
    "signals": set(),
    "solvers": {"checks"},
    "structure_rule": {"checks", "mismatch"},
    "sweep": {"checkpoint", "checks", "training"},
    "tables": set(),
    "training": {"checkpoint", "checks"},
    "unrolled": {"checks", "networks", "priors", "solvers"},
}
NETWORK = {"urllib", "urllib3", "requests", "http", "httpx", "socket", "ftplib", "pooch"}
UNSAFE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
PROCESSES = {"Parallel", "delayed", "parallel_config"}  # of joblib, whose files are pickles
NAMES = r"(_|^)utils?(_|$)|^_?(get|num)_|^_?Base[A-Z]|Config$"
GLOBAL_SEEDS = r"torch\.(cuda\.)?(manual_seed(_all)?|seed)|(np|numpy)\.random\.seed"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
}


def nodes(source, *kinds):
    """The nodes of some kinds in the syntax tree of a module."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def imported(source):
    """Every module that a module imports, as it is written there."""
    for node in nodes(source, ast.Import):
        yield from (alias.name for alias in node.names)
    for node in nodes(source, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        if module == "course_utils" or not node.module:
            joint = "" if module.endswith(".") else "."
            yield from (module + joint + alias.name for alias in node.names)
        else:
            yield module


def room(name):
    """The room that a module stands in: ``operators`` for ``operators.blur``."""
    return name.split(".")[0]


def known(name, source):
    """The rooms of the package, other than its own, that a module imports from."""
    above = "." * len(name.split("."))
    for module in imported(source):
        found = re.match(r"(course_utils\.|\.+)(\w+)", module)
        if found and found[1] in ("course_utils.", above) and found[2] != room(name):
            yield found[2]


def imports_follow_the_graph(name, source):
    """A module imports only the modules of the package that it may know."""
    if room(name) not in MAY_IMPORT:
        yield f"{name} is not in the graph: a further module must earn its place"
    for other in sorted(set(known(name, source)) - MAY_IMPORT.get(room(name), set())):
        yield f"{name} imports {other}"


def nothing_reaches_for_the_network(name, source):
    """The package downloads nothing."""
    for module in imported(source):
        if module.split(".")[0] in NETWORK or module.startswith("torch.hub"):
            yield f"{name} imports {module}"
    if "torch.hub" in source:
        yield f"{name} uses torch.hub"


def lines_of_code(source):
    """How many lines hold code: docstrings, comments and blank lines do not count."""
    documented = set()
    for node in nodes(source, ast.Module, ast.ClassDef, *FUNCTIONS):
        if ast.get_docstring(node) is not None:
            text = node.body[0]
            documented.update(range(text.lineno, text.end_lineno + 1))
    written = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in SILENT:
            written.update(range(token.start[0], token.end[0] + 1))
    return len(written - documented)


def module_is_short(name, source):
    """At most 200 lines of code."""
    if lines_of_code(source) > 200:
        yield f"{name} has {lines_of_code(source)} lines of code, at most 200"


def long_argument_lists_are_named(name, source):
    """What comes after the fifth argument is given by keyword."""
    for function in nodes(source, *FUNCTIONS):
        given = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        count = len(given) - (given[:1] in (["self"], ["cls"]))
        if count > 5:
            yield f"{name}.{function.name} takes {count} arguments by position, at most 5"


def a_line_assigns_one_thing(name, source):
    """Two names on the left are a swap; two or three, parts of one thing taken apart."""
    for assignment in nodes(source, ast.Assign):
        line = f"{name}: {ast.unparse(assignment)}"
        for target in assignment.targets:
            if not isinstance(target, ast.Tuple):
                continue
            if isinstance(assignment.value, ast.Tuple):
                left = [ast.unparse(part) for part in target.elts]
                right = [ast.unparse(part) for part in assignment.value.elts]
                if left == right or sorted(left) != sorted(right):
                    yield f"{line} assigns several things"
            elif len(target.elts) > 3:
                yield f"{line} takes apart more than three things"


def body_lines(function):
    """The number of lines of a function below its signature, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def functions_are_short(name, source):
    """At most 25 lines each."""
    for function in nodes(source, *FUNCTIONS):
        if body_lines(function) > 25:
            yield f"{name}.{function.name} has {body_lines(function)} lines, at most 25"


def functions_list_their_arguments(name, source):
    """No function takes arguments that its signature does not name."""
    for function in nodes(source, *FUNCTIONS):
        if function.args.kwarg:
            yield f"{name}.{function.name} takes **{function.args.kwarg.arg}"


def names_say_what_things_are(name, source):
    """No utils, no get_, no num_, no Base, no Config."""
    defined = [node.name for node in nodes(source, *FUNCTIONS, ast.ClassDef)]
    defined += [node.arg for node in nodes(source, ast.arg)]
    defined += [n.id for n in nodes(source, ast.Name) if isinstance(n.ctx, ast.Store)]
    for word in sorted({word for word in [name, *defined] if re.search(NAMES, word)}):
        yield f"{name} has the name {word}"


def loading_is_safe(name, source):
    """No pickles: what is loaded from a file cannot run code."""
    for node in nodes(source, ast.Import, ast.ImportFrom):
        names = {alias.name for alias in node.names}
        source_of = getattr(node, "module", None)
        if source_of == "joblib" and names <= PROCESSES:
            continue
        for module in [source_of or ""] if isinstance(node, ast.ImportFrom) else names:
            if module.split(".")[0] in UNSAFE:
                yield f"{name} imports {module}"
    for call in nodes(source, ast.Call):
        given = {k.arg: ast.unparse(k.value) for k in call.keywords}
        if given.get("allow_pickle", "False") != "False":
            yield f"{name} allows pickles: {ast.unparse(call)}"
        loads = ast.unparse(call.func) == "torch.load"
        if given.get("weights_only", "False" if loads else "True") != "True":
            yield f"{name} loads more than weights: {ast.unparse(call)}"


def seeds_are_local(name, source):
    """Only generators of one's own are seeded."""
    for called in {ast.unparse(call.func) for call in nodes(source, ast.Call)}:
        if re.fullmatch(
            r"torch\.(cuda\.)?(manual_seed(_all)?|seed)|(np|numpy)\.random\.seed", called
        ):
            yield f"{name} calls {called}"


def texts_have_an_encoding(name, source):
    """No text file is opened in the encoding of the machine."""
    for call in nodes(source, ast.Call):
        called = ast.unparse(call.func).split(".")[-1]
        opens = isinstance(call.func, ast.Name) and called == "open"
        binary = any("b" in ast.unparse(mode) for mode in call.args[1:2])
        reads = called in ("read_text", "write_text")
        encoded = re.search(r"encoding=|'utf-8'", ast.unparse(call))
        if (reads or (opens and not binary)) and not encoded:
            yield f"{name} names no encoding: {ast.unparse(call)}"


RULES = [
    imports_follow_the_graph,
    nothing_reaches_for_the_network,
    module_is_short,
    functions_are_short,
    long_argument_lists_are_named,
    a_line_assigns_one_thing,
    functions_list_their_arguments,
    names_say_what_things_are,
    loading_is_safe,
    seeds_are_local,
    texts_have_an_encoding,
]
