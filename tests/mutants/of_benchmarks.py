"""Mutants of what measures speed, on the processor and on a graphics card."""

from . import Mutant

PEERS = [
    Mutant(
        "the ratio is turned round",
        "benchmarks/measure.py",
        "b / a for a, b in pairs",
        "a / b for a, b in pairs",
        "tests/benchmarks/test_benchmarks.py",
    ),
    Mutant(
        "ours may be worse than the peer's",
        "benchmarks/measure.py",
        "if case.no_worse and",
        "if not case.no_worse and",
        "tests/benchmarks/test_benchmarks.py",
    ),
    Mutant(
        "a number of three digits loses its last",
        "benchmarks/table.py",
        ">= 10**digits",
        "> 10 ** (digits + 1)",
        "tests/benchmarks/test_benchmarks.py",
    ),
    Mutant(
        "rows that reach their target are listed as missing it",
        "benchmarks/table.py",
        'if not row["met"]]',
        'if row["met"]]',
        "tests/benchmarks/test_benchmarks.py",
    ),
]

CARD = [
    Mutant(
        "what is no number agrees with everything",
        "benchmarks/gpu/agreement.py",
        "if gap != 0 else",
        "if gap > 0 else",
        "tests/benchmarks/test_gpu.py -k do_not_agree",
    ),
]

MUTANTS = [
    *PEERS,
    *CARD,
]
