"""One training of each learned chapter, on either device, and what the chapter says."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from time import perf_counter
from typing import NamedTuple

import torch

from course_utils.metrics import nmse_db, psnr
from course_utils.training import fit


class Found(NamedTuple):
    """The numbers of a training, in dB, whether they say what they should, and its time."""

    numbers: dict[str, float]
    holds: bool
    seconds: float


def fixed_and_learned(there: torch.device, seed: int, quick: bool) -> Found:
    """A CNN behind Tikhonov's estimate beats a CNN, and that Wiener's filter, by 0.2 dB."""
    from studies.data_efficiency.closed_forms import wiener
    from studies.data_efficiency.networks import trained
    from studies.data_efficiency.problems import problem

    world = problem("edges")
    pairs = world.training(64, "a", seed)
    g_test, f_test = world.test("a")
    setting = {"width": 32, "depth": 8, "lr": 3e-3, "steps": 120 if quick else 200}
    errors = {"Wiener": nmse_db(wiener(world.H, *pairs)(g_test), f_test)}
    start = perf_counter()
    for method in ("CNN", "Tikhonov + CNN"):
        options = {"seed": seed, "device": there}
        estimate = trained(method, world.H, pairs, setting, **options)[0]
        errors[method] = nmse_db(estimate(g_test), f_test)
    seconds = perf_counter() - start
    wiener_db, cnn_db, behind_db = errors.values()
    return Found(errors, behind_db + 0.2 < cnn_db < wiener_db - 0.2, seconds)


def unrolling(there: torch.device, seed: int, quick: bool) -> Found:
    """Sixteen layers of ALISTA with support selection end 40 dB below FISTA's 16 steps."""
    from studies import unrolling as study

    method = "ALISTA-SS"
    H = study.matrix(seed)
    network = study.best_schedule(method, study.matrix(seed), "none", seed)
    network = study.positive(network).to(there)
    start = perf_counter()
    for part, rate in enumerate(study.RATES):
        data = study.pairs(H, 200 if quick else 2000, "none", 2000 + 10 * seed + part)
        options = {"batch": 100, "seed": part, "optimizer": partial(study.adam, share=0)}
        list(fit(network, data, epochs=1, lr=rate, **options))
    seconds = perf_counter() - start

    def layers(g: torch.Tensor) -> list[torch.Tensor]:
        return [f.cpu() for f in network.iterates(g.to(there))]

    ways = {"FISTA": study.tuned("FISTA", H, "none", seed), method: layers}
    medians = {}
    for name, way in ways.items():
        error, energy = study.errors(way, H, "none", seed, 1000)
        medians[name] = (10 * (error[-1] / energy).log10()).median().item()
    return Found(medians, medians[method] < medians["FISTA"] - 40, seconds)


def tomography(there: torch.device, seed: int, quick: bool) -> Found:
    """Two learned layers behind filtered back-projection gain 1 dB on new images."""
    from studies.tomography.networks import best_rate, network, rates
    from studies.tomography.scanner import MAIN

    H = MAIN.H
    net = network("prox", deepcopy(H), 2, seed).to(there)
    pairs = MAIN.training(60 if quick else 225, seed)
    start = perf_counter()
    for epoch, rate in enumerate(rates(best_rate("prox", 2))):
        options = {"batch": 4, "seed": 100 * seed + epoch, "clip": 1.0}
        list(fit(net, pairs, epochs=1, lr=rate, **options))
    seconds = perf_counter() - start
    g, f = MAIN.pairs(MAIN.drawn(16, 1000 * seed + 500), 1000 * seed + 501)
    with torch.no_grad():
        estimates = {"FBP": H.fbp(g), "two layers": net(g.to(there)).cpu()}
    scores = {name: psnr(x.clamp(0, 1), f) for name, x in estimates.items()}
    return Found(scores, scores["two layers"] > scores["FBP"] + 1, seconds)


CHAPTERS: dict[str, Callable[[torch.device, int, bool], Found]] = {
    "Fixed and learned": fixed_and_learned,
    "Unrolling": unrolling,
    "Tomography": tomography,
}


def row(chapter: str, seed: int, there: torch.device, quick: bool) -> dict:
    """Train once, and see whether the chapter's sentence holds."""
    train = CHAPTERS[chapter]
    found = train(there, seed, quick)
    sentence = " ".join(train.__doc__.split())
    return {
        "chapter": chapter,
        "seed": seed,
        "device": there.type,
        "seconds": round(found.seconds, 2),
        "sentence": sentence,
        "numbers": {name: round(x, 2) for name, x in found.numbers.items()},
        "holds": bool(found.holds),
    }
