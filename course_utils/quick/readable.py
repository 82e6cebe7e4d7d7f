"""Formulas where nothing typesets them: ``$\\lambda^2$`` is read as ``λ²``."""

import re
from html import escape

FORMULA = re.compile(r"\$([^$]+)\$")
TOKEN = re.compile(r"\\[A-Za-z]+\s*|\\.|\s+|.", re.DOTALL)
NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta kappa lambda mu nu "
    "xi pi rho sigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma "
    "Phi Psi Omega cdot times pm le leq ge geq ne neq approx sim propto ll gg infty to in "
    "sum int ell partial nabla dots ldots cdots circ odot lVert rVert Vert lvert rvert mid"
)
LETTERS = "αβγδεεζηθϑκλμνξπρστφφχψωΓΔΘΛΞΠΣΦΨΩ·×±≤≤≥≥≠≠≈∼∝≪≫∞→∈∑∫ℓ∂∇……⋯∘⊙‖‖‖|||"
SIGNS = dict(zip((f"\\{name}" for name in NAMES.split()), LETTERS, strict=True))
SPACED = set("=<>≤≥≠≈∼∝≪≫→∈")
SPACES = {"\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad", "\\qquad"}
ACCENTS = {"\\hat": "\u0302", "\\widehat": "\u0302", "\\tilde": "\u0303", "\\bar": "\u0304"}
FRACTIONS = {"\\frac", "\\tfrac", "\\dfrac"}
PLAIN = {"\\left", "\\right", "\\text", "\\mathrm", "\\mathbf", "\\boldsymbol", "\\mathbb"}
RAISED = dict(zip("0123456789+-=()nitT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵗᵀ", strict=True))
LOWERED = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)


def readable(tex: str) -> str:
    """A formula in the signs that Unicode has for it."""
    tokens = [" " if token.isspace() else token.strip() for token in TOKEN.findall(tex)]
    return re.sub(" +", " ", _group(tokens)).replace("-", "−").strip()


def in_words(text: str) -> str:
    """A text with its formulas made readable."""
    return FORMULA.sub(lambda found: readable(found[1]), text)


def in_html(text: str) -> str:
    """A text as HTML, in which MathJax finds the formulas."""
    parts = FORMULA.split(text)
    parts[::2] = map(escape, parts[::2])
    parts[1::2] = (f'<span class="math">\\({escape(tex)}\\)</span>' for tex in parts[1::2])
    return "".join(parts)


def formulas_in(*texts: str) -> dict[str, str]:
    """Every formula of some texts, and how it reads."""
    return {tex: readable(tex) for text in texts for tex in FORMULA.findall(text)}


def _group(tokens: list[str]) -> str:
    """What stands before the next closing brace, or the end; the tokens are used up."""
    text = ""
    while tokens and (token := tokens.pop(0)) != "}":
        text += _read(token, tokens)
    return text


def _argument(tokens: list[str]) -> str:
    while tokens and tokens[0] == " ":
        tokens.pop(0)
    return _read(tokens.pop(0), tokens) if tokens else ""


def _read(token: str, tokens: list[str]) -> str:
    """One token with the arguments that it takes."""
    if token == "{":
        return _group(tokens)
    if token in ACCENTS:
        inside = _argument(tokens)
        return inside[:1] + ACCENTS[token] + inside[1:]
    if token in FRACTIONS:
        return f"{_one(_argument(tokens))}/{_one(_argument(tokens))}"
    if token == "\\sqrt":
        return f"√{_one(_argument(tokens))}"
    if token in ("^", "_"):
        return _index(token, _argument(tokens))
    if token in PLAIN:
        return ""
    sign = " " if token in SPACES else SIGNS.get(token, token)
    if sign.startswith("\\"):
        apart = sign[1:].isalpha() and tokens[:1] not in (["^"], ["_"])
        return sign[1:] + " " * apart  # \log, \%
    return f" {sign} " if sign in SPACED else sign


def _one(text: str) -> str:
    """A text as one thing: in parentheses if it has several parts."""
    return f"({text})" if re.search(r"[ +\-·/]", text) else text


def _index(mark: str, inside: str) -> str:
    signs = RAISED if mark == "^" else LOWERED
    if 0 < len(inside) <= 3 and all(sign in signs for sign in inside):
        return "".join(signs[sign] for sign in inside)
    return mark + _one(inside)
