"""One training loop, as a generator that yields the loss of each epoch.

    for loss in fit(network, (g, f), epochs=50): ...        # or: losses = list(fit(...))

The order of the batches comes from a generator of its own, and what layers such as dropout
draw depends on the seed and the epoch alone, so that a training with a ``checkpoint`` that
was killed goes on where it stood and ends as if nothing had happened.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from warnings import warn

import torch
from torch import Tensor, nn
from tqdm import tqdm

from .checkpoint import identity, load, save, stamp
from .checks import enough_memory, require_count, require_finite, require_real_floats

Pair = tuple[Tensor, Tensor]


def device(choice: str = "auto") -> torch.device:
    """CUDA where there is one, else the CPU; or the one that is named.

    MPS, which has no doubles, must be named.

    Raises: ValueError where this machine, or this build of torch, lacks it.
    """
    has = {"cpu": True, "cuda": torch.cuda.is_available()}
    has["mps"] = torch.backends.mps.is_available()
    if choice == "auto":
        choice = "cuda" if has["cuda"] else "cpu"
        print(f"device: {choice}" + ("" if has["cuda"] else ", for want of a CUDA GPU"))
    if not has.get(choice.split(":")[0]):
        raise ValueError(f'no device {choice!r} here: take "auto", or a torch built for it')
    return torch.device(choice)


def mean_square(f_hat: Tensor, f: Tensor) -> Tensor:
    """The mean of (f_hat - f)^2.

    Raises: ValueError for two shapes, which would broadcast; TypeError for complex numbers.
    """
    if f_hat.shape != f.shape:
        raise ValueError(
            f"the network gives {tuple(f_hat.shape)}, the target is {tuple(f.shape)}"
        )
    error = f_hat - f
    require_real_floats("the mean square", error)
    return error.square().mean()


def fit(
    model: nn.Module,
    data: Pair,
    epochs: int = 100,
    lr: float = 1e-3,
    batch: int = 32,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = mean_square,
    validation: Pair | None = None,
    patience: float = inf,
    checkpoint: str | Path | None = None,
    seed: int = 0,
    clip: float = inf,
    optimizer: Callable = torch.optim.Adam,
    loop: Callable | None = None,
) -> Iterator:
    """Train ``model`` on pairs (g, f): yields the mean loss of each epoch.

    With ``validation`` pairs it yields (loss, validation loss), stops after ``patience``
    epochs without a better one, and leaves the model in its best state (after a ``break``:
    its latest). At a loss or gradient that is not finite it stops with a warning, at Ctrl-C
    with a notice, where memory runs out with an error, and the model keeps its last good
    state. Gradients longer than ``clip`` are shortened; data, which may be arrays, go to
    the model's device batch by batch. With a ``checkpoint`` file each epoch is written
    down, and a later call with the same arguments, or more epochs, yields the losses so far
    and goes on. Torch is left no more threads than this process has cores. ``loop`` is a
    kind of ``Training``, if not that.

    Raises: TypeError for data that are no pair of tensors, such as a DataLoader; ValueError
        for data that are empty, not finite or of two lengths, for a model with nothing to
        learn, and for a checkpoint that is damaged, holds more epochs or belongs to another
        training: other data, another start, model, loss or optimizer; OSError where another
        process trains into it; MemoryError, with what to do.
    """
    require_count("batch", batch)
    if not (clip > 0 and patience > 0 and epochs >= 0):
        wrong = f"clip={clip}, patience={patience}, epochs={epochs}"
        raise ValueError(f"clip and patience must be above 0, epochs not below: {wrong}")
    data = _as_pair(data)
    validation = _as_pair(validation)
    pairs = [pair for pair in (data, validation) if pair]
    samples = [_count(*pair) for pair in pairs]
    learned = [p for p in model.parameters() if p.requires_grad]
    settings = {"samples": samples, "lr": lr, "batch": batch, "clip": clip, "seed": seed}
    settings["shapes"] = {name: list(x.shape) for name, x in model.state_dict().items()}
    training = (loop or Training)(model, optimizer(learned, lr=lr), loss, settings)
    if checkpoint:
        checkpoint = Path(checkpoint)
        parts = {"loss": loss, "optimizer": training.optimizer, "model": model}
        settings.update(identity(checkpoint, [x for pair in pairs for x in pair], parts))
    torch.set_num_threads(min(torch.get_num_threads(), cores()))
    return training.run(data, validation, epochs, patience, checkpoint)


class Training:
    """A training under way: all that a checkpoint holds, and the loop that changes it."""

    def __init__(self, model: nn.Module, optimizer, loss: Callable, settings: dict):
        self.model = model
        self.optimizer = optimizer
        self.loss = loss
        self.settings = settings
        self.generator = torch.Generator().manual_seed(settings["seed"])
        self.history = []
        self.best = None
        self.good = _copy(model)
        self.stamp = ()

    def run(self, data: Pair, validation, epochs: int, patience, path) -> Iterator:
        """The losses of the epochs so far, then those of further ones."""
        if path:
            self.resume(path, epochs)
        yield from self.history
        try:
            yield from self.further(data, validation, epochs, patience, path)
            if self.best:
                self.model.load_state_dict(self.best)
        except FloatingPointError as stop:
            self.model.load_state_dict(self.best or self.good)
            message = f"{stop}: the model keeps its last good state"
            warn(message, RuntimeWarning, stacklevel=2)
        except KeyboardInterrupt:
            self.model.load_state_dict(self.best or self.good)
            print("interrupted: the model keeps its last good state")
        except MemoryError:
            self.model.load_state_dict(self.best or self.good)
            raise

    def further(self, data: Pair, validation, epochs: int, patience, path) -> Iterator:
        """Train one epoch after the other, each written down before its loss is given."""
        done = len(self.history)
        batch = self.settings["batch"]
        smaller = f"a batch below {batch}" if batch > 1 else "a smaller network"
        with tqdm(total=epochs, initial=done, leave=False, delay=3, unit="epoch") as bar:
            while len(self.history) < epochs and self.waited() < patience:
                with enough_memory(f"take {smaller}"), self.own_draws():
                    self.epoch(data, validation)
                if path:
                    self.keep(path)
                bar.update()
                yield self.history[-1]

    @contextmanager
    def own_draws(self) -> Iterator[None]:
        """Lend torch's global generators to this epoch, for layers that draw from them."""
        there = next(self.model.parameters()).device
        cards = [there.index] if there.type == "cuda" else []
        with torch.random.fork_rng(cards):
            card = (torch.cuda.default_generators[index] for index in cards)
            for own in (torch.default_generator, *card):
                own.manual_seed(self.settings["seed"] + 2**32 * len(self.history))
            yield

    def epoch(self, data: Pair, validation: Pair | None) -> None:
        """One pass over the data in random order, and one over the validation pairs."""
        self.model.train()
        order = torch.randperm(len(data[0]), generator=self.generator, device="cpu")
        losses = self.mean(self.step, data, order)
        if validation:
            self.model.eval()
            order = torch.arange(len(validation[0]))
            losses = (losses, self.mean(self.look, validation, order))
        if not all(p.isfinite().all() for p in self.model.parameters()):
            raise FloatingPointError("a parameter is not finite")
        self.history.append(losses)
        if validation and self.waited() == 0:
            self.best = _copy(self.model)

    def mean(self, each: Callable, pairs: Pair, order: Tensor) -> float:
        """The mean over all pairs of the loss that ``each`` finds for a batch."""
        there = next(self.model.parameters()).device
        total = 0.0
        for index in order.split(self.settings["batch"]):
            g, f = (x[index.to(x.device)].detach().to(there) for x in pairs)
            total += each(g, f) * len(index)
        return total / len(order)

    @torch.no_grad()
    def look(self, g: Tensor, f: Tensor) -> float:
        """The loss of a batch."""
        return _finite("the validation loss", self.loss(self.model(g), f)).item()

    def step(self, g: Tensor, f: Tensor) -> float:
        """One step of the optimizer; the loss before it."""
        self.optimizer.zero_grad()
        loss = _finite("the loss", self.loss(self.model(g), f))
        loss.backward()
        clip = nn.utils.clip_grad_norm_
        _finite("the gradient", clip(self.model.parameters(), self.settings["clip"]))
        self.good = _copy(self.model)
        self.optimizer.step()
        return loss.item()

    def waited(self) -> int:
        """The epochs since the best validation loss."""
        validation = [losses[1] for losses in self.history if isinstance(losses, tuple)]
        return len(validation) - 1 - validation.index(min(validation)) if validation else 0

    def keep(self, path: Path) -> None:
        """Write down where this training stands."""
        self.stamp = save(path, self.state(), self.stamp)

    def state(self) -> dict:
        """All that is needed to go on."""
        kept = {name: getattr(self, name) for name in ("settings", "history", "best")}
        now = {name: getattr(self, name).state_dict() for name in ("model", "optimizer")}
        return kept | now | {"generator": self.generator.get_state()}

    def resume(self, path: Path, epochs: int) -> None:
        """Go on from a checkpoint, if there is one."""
        self.stamp = stamp(path)
        if (state := load(path)) is None:
            return
        if other := [k for k, x in self.settings.items() if state["settings"].get(k) != x]:
            found = f"{path} is of a training with other {', '.join(other)}"
            raise ValueError(f"{found}: delete it, or name another file")
        if (done := len(state["history"])) > epochs:
            raise ValueError(
                f"{path} holds {done} epochs, more than the {epochs} asked for"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.generator.set_state(state["generator"])
        self.history = state["history"]
        self.good = state["model"]
        self.best = state["best"]


def _copy(model: nn.Module) -> dict[str, Tensor]:
    """The state of a model, which no further step changes."""
    return {name: x.detach().clone() for name, x in model.state_dict().items()}


def _finite(name: str, x: Tensor) -> Tensor:
    """x, if it is finite; the training stops if it is not."""
    if not x.isfinite():
        raise FloatingPointError(f"{name} is not finite")
    return x


def cores() -> int:
    """The cores that this process may use: in a container, or bound to some, not all."""
    few = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        few = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):  # no such file, or "max"
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="utf-8").split()
        few = min(few, max(1, int(quota) // int(period)))
    return few


def _as_pair(pairs) -> Pair | None:
    """A pair of tensors, where arrays and lists are taken for tensors.

    Raises: TypeError for anything else.
    """
    if pairs is None:
        return None
    if not isinstance(pairs, tuple | list) or len(pairs) != 2:
        found = f"a pair of tensors (g, f), got {type(pairs).__name__}"
        raise TypeError(f"fit needs {found}: of a DataLoader take loader.dataset.tensors")
    return tuple(x if torch.is_tensor(x) else torch.as_tensor(x) for x in pairs)


def _count(g: Tensor, f: Tensor) -> int:
    """How many pairs there are; none, unpaired and infinite ones are refused."""
    if len(g) != len(f) or len(g) == 0:
        raise ValueError(
            f"as many g as f are needed, and at least one: got {len(g)} and {len(f)}"
        )
    require_finite("g", g)
    require_finite("f", f)
    return len(g)
