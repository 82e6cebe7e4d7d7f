"""The networks that are trained: a start, and a head that reads its labels from it."""

from time import process_time

from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_utils.networks import Reader, UNet
from course_utils.training import fit

from .classical import tuned_wiener
from .frames import sets, targets, training_set
from .layers import fitted_net, upsampling, wiener_net

METHODS = (
    "spectral + head",
    "u-net",
    "wiener + head",
    "frame + head",
)
LONG = "u-net, long"
FRAMES = 2048  # in a pass of a training
PASSES = {"u-net": 2, LONG: 4}  # one for the others, and while rates are tuned
BATCH = 8


def loss(y: Tensor, target: Tensor) -> Tensor:
    """The mean square error of f and the cross-entropy of the labels."""
    f = target[:, 0]
    z = target[:, 1].long()
    return (y[:, 0] - f).square().mean() + cross_entropy(y[:, 1:], z)


def network(method: str, g: Tensor, f: Tensor, theta: float, seed: int) -> Reader:
    """The network before training; of the pairs (g, f) it may know Lambda."""
    if method == "spectral + head":
        return Reader(fitted_net(g, f), UNet(8, levels=0, classes=3, seed=seed))
    if method == "wiener + head":
        return Reader(wiener_net(theta), UNet(8, levels=0, classes=3, seed=seed))
    if method == "frame + head":
        return Reader(upsampling(), UNet(8, levels=0, classes=3, seed=seed))
    return Reader(upsampling(), UNet(8, levels=2, classes=4, seed=seed))


def trained(
    method: str, count: int, seed: int, rate: float, passes: int
) -> tuple[nn.Module, dict]:
    """The network after its training, and what the row says of that.

    A batch has 8 of the N pairs, which are repeated until they are 256.
    """
    g, target = training_set(count, seed)
    T, z, data = sets(seed)["validation"]
    validation = data["as trained"], targets(T, z)
    theta = tuned_wiener(seed)[0] if method.startswith("wiener") else 0.0
    start = process_time()
    net = network(method, g, target[:, 0], theta, seed)
    repeats = -(-256 // count)
    pairs = g.repeat(repeats, 1, 1), target.repeat(repeats, 1, 1, 1)
    epochs = FRAMES * passes // len(pairs[0])
    options = {"batch": BATCH, "loss": loss, "validation": validation, "seed": seed}
    losses = list(fit(net, pairs, epochs=epochs, lr=rate, **options))
    return net, {
        "seconds": process_time() - start,
        "validation": min(value for _, value in losses),
        "parameters": sum(p.numel() for p in net.parameters() if p.requires_grad),
    }
