"""A training that is killed, interrupted or given bad data, beside one left alone."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager
from functools import partial
from itertools import chain, count
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.checkpoint import load
from course_utils.networks import Dense, FourierFilter
from course_utils.training import cores, device, fit, mean_square

ROOT = Path(__file__).resolve().parents[2]


def pairs(n=20, seed=0):
    """Data g, and scenes f = g W + 1."""
    generator = torch.Generator().manual_seed(seed)
    g = torch.randn(n, 4, generator=generator)
    return g, g @ torch.arange(12.0).reshape(4, 3) / 10 + 1


def network():
    return Dense((4,), (3,), widths=(8,))


def weights(model):
    return [p.detach().clone() for p in model.parameters()]


def same(a, b):
    return all(map(torch.equal, a, b))


def train(epochs, checkpoint=None, model=None, **options):
    """The losses of a training, and the weights it ends with."""
    model = model or network()
    losses = list(fit(model, pairs(), epochs, batch=8, checkpoint=checkpoint, **options))
    return losses, weights(model)


# the loop


def test_full_batches_and_plain_descent_are_gradient_descent_by_hand():
    g, f = pairs()
    model = Dense((4,), (3,))
    W, b = (p.detach().clone() for p in model.parameters())
    losses = fit(model, (g, f), 5, lr=0.1, batch=20, optimizer=torch.optim.SGD)
    for loss in losses:
        residual = g @ W.mT + b - f
        assert loss == pytest.approx(residual.square().mean().item(), rel=1e-5)
        W, b = W - 0.2 * residual.mT @ g / 60, b - 0.2 * residual.sum(0) / 60
    torch.testing.assert_close(weights(model), [W, b])


def test_the_loss_of_an_epoch_is_the_mean_over_samples_even_if_the_last_batch_is_small():
    g, f = pairs()
    model = network()
    (loss,) = fit(model, (g, f), 1, lr=0.0, batch=7)
    assert loss == pytest.approx(mean_square(model(g), f).item(), rel=1e-6)


def test_every_epoch_visits_every_pair_once_in_an_order_of_its_own():
    seen = []

    class Spy(nn.Linear):
        def forward(self, g):
            seen.append(g[:, 0].tolist())
            return super().forward(g)

    g = torch.arange(10.0)[:, None]
    list(fit(still(Spy), (g, g), 2, batch=4, lr=0.0))
    first, second = (list(chain(*batches)) for batches in (seen[:3], seen[3:]))
    assert [len(batch) for batch in seen] == [4, 4, 2] * 2
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second and first != sorted(first)


def test_layers_that_differ_while_they_learn_are_told_when_they_do():
    told = []

    class Told(nn.Linear):
        def forward(self, g):
            told.append((self.training, torch.is_grad_enabled()))
            return super().forward(g)

    g = torch.arange(10.0)[:, None]
    list(fit(still(Told), (g, g), 2, batch=5, validation=(g[:4], g[:4])))
    assert told == [(True, True), (True, True), (False, False)] * 2


def still(kind):
    """A layer of one weight, without drawing it from the global generator."""
    layer = nn.utils.skip_init(kind, 1, 1, bias=False)
    nn.init.ones_(layer.weight)
    return layer


def test_training_leaves_the_global_generator_and_the_data_as_they_were():
    state, (g, f) = torch.get_rng_state(), pairs()
    before = g.clone(), f.clone()
    list(fit(network(), (g, f), 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert same((g, f), before)


def test_data_that_carry_gradients_are_only_read():
    g, f = (x.requires_grad_() for x in pairs())
    list(fit(network(), (g, f), 2))
    assert g.grad is None and f.grad is None


def test_a_seed_decides_the_order_of_the_batches():
    assert same(train(3)[1], train(3)[1])
    assert train(3)[0] == train(3)[0] != train(3, seed=1)[0]


def test_a_layer_that_is_fixed_stays_fixed():
    model = network()
    model.layers[0].requires_grad_(False)
    before = weights(model)
    list(fit(model, pairs(), 2))
    after = weights(model)
    assert same(before[:2], after[:2]) and not same(before[2:], after[2:])


def test_gradients_are_clipped():
    model = Dense((4,), (3,))
    before = torch.cat([p.flatten() for p in weights(model)])
    list(fit(model, pairs(), 1, lr=1.0, batch=20, clip=1e-2, optimizer=torch.optim.SGD))
    after = torch.cat([p.flatten() for p in weights(model)])
    assert (after - before).norm().item() == pytest.approx(1e-2, rel=1e-3)


def test_training_stops_early_and_restores_the_best_state():
    g, f = pairs()
    model, states, seen = network(), [], []
    noise = torch.randn(f.shape, generator=torch.Generator().manual_seed(1))
    for losses in fit(
        model, (g, f + 3 * noise), 300, lr=0.05, validation=pairs(30, seed=2), patience=5
    ):
        seen.append(losses[1])
        states.append(weights(model))
    best = seen.index(min(seen))
    assert len(seen) == best + 6 < 300
    assert same(weights(model), states[best]) and not same(weights(model), states[-1])
    g, f = pairs(30, seed=2)
    assert mean_square(model(g), f).item() == pytest.approx(min(seen), rel=1e-5)


def test_a_loop_that_is_left_keeps_the_latest_state_and_later_states_stay():
    model = network()
    losses = fit(model, pairs(), 10, validation=pairs())
    next(losses), next(losses)
    latest = weights(model)
    losses.close()
    assert same(weights(model), latest)


# what it refuses


@pytest.mark.parametrize(
    "data, words",
    [
        ((torch.zeros(0, 4), torch.zeros(0, 3)), "at least one: got 0 and 0"),
        ((torch.zeros(5, 4), torch.zeros(4, 3)), "got 5 and 4"),
        ((torch.zeros(5, 4).index_fill(1, torch.tensor(2), torch.nan), torch.zeros(5, 3)),
         r"g is not finite: it has nan at index \(0, 2\)"),
        ((torch.zeros(5, 4), torch.full((5, 3), torch.inf)),
         r"f is not finite: it has inf at index \(0, 0\)"),
    ],
)  # fmt: skip
def test_data_that_teach_nothing_are_refused_at_the_call(data, words):
    with pytest.raises(ValueError, match=words):
        fit(network(), data)
    with pytest.raises(ValueError, match=words):
        fit(network(), pairs(), validation=data)


def test_a_model_with_nothing_to_learn_is_refused():
    with pytest.raises(ValueError, match="empty parameter list"):
        fit(network().requires_grad_(False), pairs())


def test_shapes_that_would_broadcast_are_refused():
    with pytest.raises(
        ValueError, match=r"gives \(8, 1, 4, 4\), the target is \(8, 4, 4\)"
    ):
        mean_square(torch.zeros(8, 1, 4, 4), torch.zeros(8, 4, 4))


# the device


def test_auto_is_the_cpu_with_one_line_where_there_is_no_gpu(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device() == torch.device("cpu")
    assert capsys.readouterr().out == "device: cpu, for want of a CUDA GPU\n"
    assert device("mps") == torch.device("mps")


def test_auto_is_cuda_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device() == torch.device("cuda") and device("cuda:1") == torch.device("cuda:1")
    assert device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("choice", ["cuda", "cuda:0", "mps", "gpu"])
def test_a_device_that_is_not_there_is_refused_in_words(monkeypatch, choice):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match=f"no device '{choice}' here: take \"auto\""):
        device(choice)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
def test_data_follow_the_model_to_the_gpu():
    model = network().to("cuda")
    on_gpu = list(fit(model, pairs(), 3, validation=tuple(x.cuda() for x in pairs())))
    on_cpu = list(fit(network(), pairs(), 3, validation=pairs()))
    torch.testing.assert_close(
        torch.tensor(on_gpu), torch.tensor(on_cpu), rtol=1e-3, atol=0
    )


# what is not finite


class Faulty(nn.Module):
    """A network whose output, or its slope, at call ``n`` is multiplied by ``factor``."""

    def __init__(self, n, factor, backwards=False):
        super().__init__()
        self.inner, self.n, self.factor, self.backwards = network(), n, factor, backwards
        self.before = []

    def forward(self, g):
        self.before.append(weights(self))
        f = self.inner(g)
        if len(self.before) <= self.n:
            return f
        if self.backwards:
            f.register_hook(lambda slope: slope * self.factor)
            return f
        return f * self.factor


@pytest.mark.parametrize("factor", [torch.nan, torch.inf])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("k", [0, 1, 2, 5, 6, 7])
def test_training_stops_at_the_first_loss_or_gradient_that_is_not_finite(
    k, backwards, factor
):
    model, losses = Faulty(k, factor, backwards), []
    what = "gradient" if backwards else "loss"
    with pytest.warns(
        RuntimeWarning, match=f"the {what} is not finite: .* last good state"
    ):
        losses.extend(fit(model, pairs(), 100, batch=8))
    assert len(model.before) == k + 1  # three batches an epoch, and not one more
    assert len(losses) == k // 3 and all(map(torch.isfinite, map(torch.tensor, losses)))
    assert same(weights(model), model.before[max(k - 1, 0)])


@pytest.mark.filterwarnings("error")
def test_the_model_is_good_even_where_warnings_are_errors():
    model = Faulty(4, torch.nan)
    with pytest.raises(RuntimeWarning, match="last good state"):
        list(fit(model, pairs(), 100, batch=8))
    assert same(weights(model), model.before[3])


def test_a_step_that_leaves_the_numbers_is_undone():
    class Astray(torch.optim.SGD):
        def step(self):
            model.layers[1].bias.data.fill_(torch.inf)

    model = network()
    with pytest.warns(RuntimeWarning, match="parameter is not finite"):
        losses = list(fit(model, pairs(), 3, batch=20, optimizer=Astray))
    assert losses == [] and same(weights(model), weights(network()))


def test_a_validation_loss_that_is_not_finite_stops_too_and_the_best_state_stays():
    model, states = network(), []

    def loss(f_hat, f):
        bad = len(states) == 2 and not torch.is_grad_enabled()
        return mean_square(f_hat, f) * (torch.nan if bad else 1)

    with pytest.warns(RuntimeWarning, match="validation loss is not finite"):
        for _ in fit(model, pairs(), 9, loss=loss, validation=pairs()):
            states.append(weights(model))
    assert len(states) == 2 and same(weights(model), states[1])


# the checkpoint


@pytest.mark.parametrize("optimizer", [torch.optim.Adam, torch.optim.SGD])
@pytest.mark.parametrize("stop", [1, 4, 6])
def test_a_training_that_goes_on_ends_equal_to_one_that_was_left_alone(
    tmp_path, stop, optimizer
):
    options = {"validation": pairs(9, seed=3), "optimizer": optimizer, "lr": 0.02}
    losses, end = train(6, **options)
    path = tmp_path / "a b é.pt"
    assert train(stop, path, **options)[0] == losses[:stop]
    again, end_again = train(6, str(path), **options)
    assert again == losses and same(end_again, end)


def test_patience_counts_on_over_a_resume(tmp_path):
    noise = torch.randn(20, 3, generator=torch.Generator().manual_seed(1))
    data, options = (pairs()[0], noise), {"lr": 0.05, "validation": pairs(), "patience": 4}
    losses = list(fit(network(), data, 200, **options))
    assert 6 < len(losses) < 200
    list(fit(network(), data, len(losses) - 2, checkpoint=tmp_path / "c", **options))
    model = network()
    assert list(fit(model, data, 200, checkpoint=tmp_path / "c", **options)) == losses
    assert list(fit(model, data, 200, checkpoint=tmp_path / "c", **options)) == losses


def test_the_best_state_outlives_a_resume(tmp_path):
    noise = torch.randn(20, 3, generator=torch.Generator().manual_seed(1))
    data, options = (pairs()[0], noise), {"lr": 0.05, "validation": pairs()}
    alone = network()
    seen = [loss for _, loss in fit(alone, data, 30, **options)]
    best = seen.index(min(seen))
    assert best < 20  # what follows is worse
    list(fit(network(), data, best + 5, checkpoint=tmp_path / "c", **options))
    model = network()
    list(fit(model, data, 30, checkpoint=tmp_path / "c", **options))
    assert same(weights(model), weights(alone))
    g, f = pairs()
    assert mean_square(model(g), f).item() == pytest.approx(min(seen), rel=1e-5)


@pytest.mark.parametrize(
    "change",
    [{"lr": 0.5}, {"seed": 4}, {"clip": 1.0}, {"samples": 2, "validation": pairs()}],
)
def test_a_checkpoint_of_another_training_is_refused(tmp_path, change):
    train(2, tmp_path / "c")
    with pytest.raises(ValueError, match=f"training with other {next(iter(change))}"):
        train(2, tmp_path / "c", **{k: x for k, x in change.items() if k != "samples"})


def test_a_checkpoint_of_another_model_is_refused_and_the_model_stays(tmp_path):
    train(2, tmp_path / "c")
    model = Dense((4,), (3,), widths=(9,))
    before = weights(model)
    with pytest.raises(ValueError, match="training with other shapes"):
        train(2, tmp_path / "c", model)
    assert same(weights(model), before)


def test_a_network_of_complex_numbers_is_kept_too(tmp_path):
    g = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))
    first, second = FourierFilter((8,)), FourierFilter((8,))
    list(fit(first, (g, 2 * g), 2, checkpoint=tmp_path / "c"))
    list(fit(second, (g, 2 * g), 2, checkpoint=tmp_path / "c"))
    assert torch.equal(first.pairs, second.pairs)


def test_a_damaged_checkpoint_costs_one_epoch_and_never_becomes_the_one_before(tmp_path):
    losses, end = train(6)
    path = tmp_path / "c"
    train(4, path)
    path.write_bytes(path.read_bytes()[:-1])
    for epochs in (4, 6):
        again, end_again = train(epochs, path)
        path.write_bytes(b"")
    assert again == losses and same(end_again, end)
    assert load(path)["history"] == losses[:5]


# other processes

CHILD = """
import signal
import tests.package.test_training as t
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job with & ignores it
print("ready", flush=True)
{body}
"""
PATIENCE = (
    600  # seconds until a child is given up: what it does takes two on an idle machine
)
ENDLESS = 10**6  # epochs, of which a child is meant to do a few


@contextmanager
def child(body):
    """A process that runs ``body`` with this module as t, and has said that it is ready."""
    code = [sys.executable, "-c", CHILD.format(body=body)]
    process = subprocess.Popen(code, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    watch = Timer(PATIENCE, process.kill)
    watch.start()
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_training_that_is_killed_goes_on_and_ends_equal_to_one_that_was_left_alone(
    tmp_path,
):
    path = tmp_path / "c"
    with child(f"t.train({ENDLESS}, {str(path)!r})") as process:
        while not path.exists():
            assert process.poll() is None, "the child ended before its first checkpoint"
            time.sleep(0.001)
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    done = len(load(path)["history"])
    assert 0 < done < ENDLESS
    expected, end = train(done + 5)
    losses, end_again = train(done + 5, path)
    assert losses == expected and same(end_again, end)


class Recorded(Dense):
    """The network: it keeps its weights at the last two calls, and tells of the tenth."""

    def __init__(self):
        super().__init__((4,), (3,), widths=(8,))
        self.states = deque(maxlen=2)
        self.calls = count(1)

    def forward(self, g):
        self.states.append(weights(self))
        if next(self.calls) == 10:
            print("training", flush=True)
        return super().forward(g)


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(signal, "SIGINT") or os.name == "nt", reason="POSIX signals"
)
def test_ctrl_c_returns_the_losses_so_far_and_the_last_good_state():
    """The list takes the losses without a line of Python, so that the signal, whenever it
    comes, finds the child inside the training: a loop of its own would be interrupted too.
    """
    body = f"""
losses = []
model = t.Recorded()
losses.extend(t.fit(model, t.pairs(), {ENDLESS}, batch=8))
assert any(t.same(t.weights(model), state) for state in model.states)
assert losses == t.train(len(losses))[0] and len(losses) >= 3
print("done", flush=True)
"""
    with child(body) as process:
        assert process.stdout.readline() == "training\n"
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told = process.stdout.read().splitlines()
    assert told == ["interrupted: the model keeps its last good state", "done"]


@pytest.mark.parametrize("k", [0, 1, 2, 3, 5])
def test_an_interrupt_in_the_middle_of_a_step_is_undone(monkeypatch, capsys, k):
    model, states, calls = network(), [], iter(range(100))

    class Interrupted(torch.optim.SGD):
        def step(self):
            states.append(weights(model))
            super().step()
            if next(calls) == k:
                model.layers[0].bias.data.fill_(7.0)  # half of a step
                raise KeyboardInterrupt

    losses = list(fit(model, pairs(), 100, batch=8, optimizer=Interrupted))
    assert len(losses) == k // 3 and same(weights(model), states[k])
    assert 7.0 not in model.layers[0].bias
    assert "interrupted" in capsys.readouterr().out


@pytest.mark.rare
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
def test_a_process_whose_memory_runs_out_says_so_and_keeps_the_model(tmp_path):
    body = """
import resource
import torch
losses = []
model = t.Wide()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**29, resource.RLIM_INFINITY))
try:
    losses.extend(t.fit(model, (torch.zeros(2000, 1), torch.zeros(2000, 1)), 3, batch=2000))
except MemoryError as error:
    print(error, losses, t.same(t.weights(model), t.weights(t.Wide())), flush=True)
"""
    with child(body) as process:
        told = process.stdout.read()
    words = r"not enough memory for 1.6 GB more: take a batch below 2000 \[\] True"
    assert re.search(words, told), told


class Wide(nn.Module):
    """A network that needs 800 kB for each datum."""

    def __init__(self):
        super().__init__()
        self.inner = Dense((1,), (1,))

    def forward(self, g):
        return self.inner(g).expand(-1, 200_000).exp().mean(1, keepdim=True)


class Greedy(nn.Module):
    """A network that asks for too much memory at call ``n``."""

    def __init__(self, n, ask):
        super().__init__()
        self.inner = network()
        self.n = n
        self.ask = ask
        self.before = []

    def forward(self, g):
        if len(self.before) == self.n:
            self.ask()
        self.before.append(weights(self))
        return self.inner(g)


def of_a_card():
    """What a graphics card says of 2 GiB that it has not."""
    raise torch.OutOfMemoryError(
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has"
    )


ASKS = {
    "torch": (lambda: torch.empty(10**15), "for 4e+06 GB more"),
    "a card": (of_a_card, "for 2.00 GiB more"),
    "numpy": (lambda: np.empty(10**15), "for 7.11 PiB more"),
    "python": (lambda: bytearray(2**62), "memory"),
}


@pytest.mark.parametrize("ask, size", ASKS.values(), ids=ASKS.keys())
@pytest.mark.parametrize(
    "batch, advice", [(8, "a batch below 8"), (1, "a smaller network")]
)
def test_where_memory_runs_out_the_model_keeps_its_last_good_state(
    ask, size, batch, advice
):
    model, losses = Greedy(23, ask), []
    with pytest.raises(MemoryError, match="not enough memory") as told:
        losses.extend(fit(model, pairs(), 100, batch=batch))
    assert size in str(told.value) and str(told.value).endswith(f": take {advice}")
    assert len(losses) == 23 // len(range(0, 20, batch))
    assert same(weights(model), model.before[-1])


def test_other_errors_of_a_network_are_its_own():
    def ask():
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        list(fit(Greedy(0, ask), pairs(), 1))


def test_a_training_that_ran_out_of_memory_goes_on_from_its_checkpoint(tmp_path):
    def ask():
        raise torch.OutOfMemoryError("CUDA out of memory")

    alone = list(fit(Greedy(-1, ask), pairs(), 5, batch=8))
    model = Greedy(8, ask)
    with pytest.raises(MemoryError):
        list(fit(model, pairs(), 5, batch=8, checkpoint=tmp_path / "c"))
    model.n = -1
    assert list(fit(model, pairs(), 5, batch=8, checkpoint=tmp_path / "c")) == alone


# what it takes for data and settings


def test_arrays_and_lists_of_data_are_taken_for_tensors():
    g, f = pairs()
    losses = list(fit(network(), (g, f), 2))
    assert list(fit(network(), (g.numpy(), f.numpy()), 2)) == losses
    assert list(fit(network(), [g.tolist(), f.tolist()], 2)) == losses


NO_PAIRS = {
    "g alone": lambda g, f: g,
    "three": lambda g, f: (g, f, f),
    "a set": lambda g, f: torch.utils.data.TensorDataset(g, f),
    "a loader": lambda g, f: torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(g, f)
    ),
}


@pytest.mark.parametrize("of", NO_PAIRS.values(), ids=NO_PAIRS.keys())
def test_what_is_no_pair_is_refused_with_the_way_out(of):
    data = of(*pairs())
    for given in ({"data": data}, {"data": pairs(), "validation": data}):
        with pytest.raises(TypeError, match=r"pair of tensors \(g, f\), .*dataset.tensors"):
            fit(network(), epochs=1, **given)


@pytest.mark.parametrize(
    "setting",
    [
        *[{"batch": 0}, {"batch": -1}, {"batch": 2.5}, {"clip": 0}, {"clip": torch.nan}],
        *[{"patience": 0}, {"patience": torch.nan}, {"epochs": -1}],
    ],
)
def test_settings_that_train_nothing_are_refused(setting):
    words = f"(above 0.*{next(iter(setting))}=|^batch must be a whole number above 0)"
    with pytest.raises(ValueError, match=words):
        fit(network(), pairs(), **setting)


def test_complex_numbers_have_no_mean_square():
    f = torch.ones(3)
    for pair in ((f + 1j, f), (f, f + 1j)):
        with pytest.raises(TypeError, match=r"take \.real or \.abs"):
            mean_square(*pair)


# the identity of a checkpoint


def other_data():
    g, f = pairs()
    return g, f.index_fill(0, torch.tensor(7), 0.5)


class Tanh(Dense):
    """The network, by another name, as one with another activation would be."""


def started(seed=0, kind=Dense):
    return kind((4,), (3,), widths=(8,), seed=seed)


OTHERS = {
    "data": {"data": other_data()},
    "data, though their types alone differ": {"data": tuple(x.double() for x in pairs())},
    "start": {"model": lambda: started(seed=1)},
    "loss": {"loss": nn.functional.l1_loss},
    "loss, made": {"loss": nn.HuberLoss()},
    "optimizer": {"optimizer": torch.optim.SGD},
    "optimizer, set": {"optimizer": partial(torch.optim.Adam, betas=(0.8, 0.9))},
    "model": {"model": lambda: started(kind=Tanh)},
}


@pytest.mark.parametrize("word, change", OTHERS.items(), ids=OTHERS.keys())
def test_a_checkpoint_of_a_training_with_other_parts_is_refused(tmp_path, word, change):
    given = {"data": pairs(), "epochs": 2, "checkpoint": tmp_path / "c"}
    list(fit(started(), **given))
    model = change.pop("model", started)() if "model" in change else started()
    with pytest.raises(ValueError, match=f"other .*{word.split(',')[0]}.*: delete it"):
        list(fit(model, **given | change))


def test_a_model_that_was_trained_into_a_file_goes_on_with_it(tmp_path):
    """A cell that is interrupted and run again has the same model in another state."""
    expected = train(6)[0]
    model = network()
    losses = fit(model, pairs(), 6, batch=8, checkpoint=tmp_path / "c")
    assert [next(losses), next(losses)] == expected[:2]
    model.layers[0].bias.data.fill_(7.0)
    assert train(6, tmp_path / "c", model)[0] == expected


def test_fewer_epochs_than_a_checkpoint_holds_are_refused(tmp_path):
    train(4, tmp_path / "c")
    with pytest.raises(ValueError, match="holds 4 epochs, more than the 3 asked for"):
        train(3, tmp_path / "c")
    assert len(train(4, tmp_path / "c")[0]) == 4


def test_dropout_depends_on_the_seed_and_resumes_as_if_nothing_had_happened(tmp_path):
    def model():
        return nn.Sequential(network(), nn.Dropout(0.5))

    losses, end = train(6, model=model())
    train(3, tmp_path / "c", model())
    with torch.random.fork_rng([]):  # as in another process
        torch.default_generator.manual_seed(123)
        again, end_again = train(6, tmp_path / "c", model())
    assert again == losses and same(end_again, end)
    assert train(6, model=model(), seed=1)[0] != losses


def test_two_trainings_do_not_write_over_one_another(tmp_path):
    one, two = (
        fit(network(), pairs(), 5, batch=8, checkpoint=tmp_path / "c") for _ in "ab"
    )
    next(one)
    done = [next(two), next(two)]  # the first that goes on has the file
    with pytest.raises(OSError, match="another process has written this checkpoint"):
        list(one)
    done.extend(two)
    assert done == train(5)[0] == load(tmp_path / "c")["history"]


# the cores


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="macOS and Windows")
def test_torch_keeps_to_the_cores_of_its_process(monkeypatch):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {5})
        fit(network(), pairs())
        assert cores() == torch.get_num_threads() == 1
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)))
        fit(network(), pairs())
        assert torch.get_num_threads() == 1  # and takes no more than it was given
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    "text, most", [("200000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", 64)]
)
def test_the_share_of_a_container_counts(monkeypatch, text, most):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)
    monkeypatch.setattr(Path, "read_text", lambda path, encoding: text)
    assert cores() == most
