"""One large unrolled network, trained by several processes that share every batch.

    torchrun --nproc-per-node 2 -m studies.ranks --width 64 --checkpoint large.pt

Each process, a rank, holds the whole network and works on its part of each batch; torch's
DistributedDataParallel gives all of them the mean of their gradients before each step. If
the parts are equal, that is the gradient of the whole batch, so the training is that of
``course_utils.training.fit`` in one process, but for round-off, on any number of ranks. A
run that was killed is started again by the same command, with as many ranks or others.

The network is that of ``studies.unrolled_photographs``: proximal steps with a ConvNet each,
from Tikhonov's estimate, on tiles of photographs.
"""

import argparse
import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel

from course_utils.networks import ConvNet
from course_utils.training import Pair, Training, fit
from course_utils.unrolled import FromTikhonov, UnrolledProximal

from .unrolled_photographs import LAMS, blur, split, tiles

SIDE = 64  # pixels of a tile


class Together(Training):
    """A training that all ranks of torch.distributed share: ``fit(..., loop=Together)``.

    All draw the same batches, and rank r takes pairs r, r + R, r + 2 R ... of each, where R
    is the number of ranks. All hold the same state, and rank 0 alone writes it down, to a
    disk that all can read.

    Raises: ValueError for batches without equal parts, and for a batch norm.
    """

    def __init__(self, model: nn.Module, optimizer, loss, settings: dict):
        require_equal_parts(settings["samples"], settings["batch"])
        refuse_batch_norm(model)
        super().__init__(model, optimizer, loss, settings)
        self.shared = DistributedDataParallel(model)

    def mean(self, each, pairs: Pair, order: Tensor) -> float:
        """The mean over all pairs of the loss that ``each`` finds, on all ranks."""
        there = next(self.model.parameters()).device
        parts = order.reshape(-1, self.settings["batch"])
        mine = parts[:, dist.get_rank() :: dist.get_world_size()]
        total = torch.zeros((), dtype=torch.float64, device=there)
        for index in mine:
            g, f = (x[index.to(x.device)].detach().to(there) for x in pairs)
            total += each(g, f) / len(mine)
        dist.all_reduce(total)
        if not total.isfinite():
            raise FloatingPointError("the loss is not finite")
        return total.item() / dist.get_world_size()

    @torch.no_grad()
    def look(self, g: Tensor, f: Tensor) -> float:
        """The loss of a part."""
        return self.loss(self.model(g), f).item()

    def step(self, g: Tensor, f: Tensor) -> float:
        """One step of the optimizer, which all ranks take; the loss of this part before it.

        The gradients of a loss that is not finite reach all ranks, and all stop.
        """
        self.optimizer.zero_grad()
        loss = self.loss(self.shared(g), f)
        loss.backward()
        size = nn.utils.clip_grad_norm_(self.model.parameters(), self.settings["clip"])
        if not size.isfinite():
            raise FloatingPointError("the gradient is not finite")
        self.good = {
            name: x.detach().clone() for name, x in self.model.state_dict().items()
        }
        self.optimizer.step()
        return loss.item()

    def keep(self, path: Path) -> None:
        """Rank 0 writes down where all stand."""
        if dist.get_rank() == 0:
            super().keep(path)

    def resume(self, path: Path, epochs: int) -> None:
        """Go on from a checkpoint that all ranks have read.

        Raises: ValueError if they have not.
        """
        super().resume(path, epochs)
        done = [torch.zeros(()) for _ in range(dist.get_world_size())]
        dist.all_gather(done, torch.tensor(float(len(self.history))))
        if len({int(epoch) for epoch in done}) > 1:
            found = ", ".join(str(int(epoch)) for epoch in done)
            raise ValueError(
                f"the ranks stand at epochs {found}: {path} must be on a disk they share"
            )


def require_equal_parts(samples: list[int], batch: int) -> None:
    """Refuse batches whose parts differ: the mean of their gradients is another one."""
    ranks = dist.get_world_size()
    if batch % ranks:
        more = batch + ranks - batch % ranks
        raise ValueError(
            f"a batch of {batch} has no equal parts for {ranks} ranks: take {more}"
        )
    for count in samples:
        if count % batch:
            raise ValueError(
                f"{count} pairs do not fill batches of {batch}: leave out {count % batch}"
            )


def refuse_batch_norm(model: nn.Module) -> None:
    """Refuse a layer that mixes the samples of a batch: a rank sees its part alone."""
    for name, module in model.named_modules():
        if isinstance(module, _BatchNorm):
            raise ValueError(
                f"{name or 'the model'} is a {type(module).__name__}, which would see the "
                "part of one rank: take GroupNorm, or none"
            )


def begin() -> torch.device:
    """Join the ranks that torchrun has started, or be the only one; the device of this."""
    cards = torch.cuda.is_available()
    backend = "nccl" if cards else "gloo"
    if "RANK" in os.environ:
        dist.init_process_group(backend)
    else:
        store = dist.HashStore()
        dist.init_process_group(backend, store=store, rank=0, world_size=1)
    if not cards:
        return torch.device("cpu")
    card = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(card)
    return card


def network(layers: int, width: int) -> nn.Module:
    """The untrained network: each layer has a prox of its own."""
    proxes = [ConvNet(width=width, seed=k) for k in range(layers)]
    H = blur(SIDE)
    return FromTikhonov(UnrolledProximal(H, proxes, 1.0), H, LAMS[2])


def settings(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="torchrun --nproc-per-node RANKS -m studies.ranks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    defaults = {"layers": 10, "width": 32, "pairs": 480, "epochs": 10, "batch": 8}
    for name, value in defaults.items():
        parser.add_argument(
            f"--{name}", type=int, default=value, help=f"{value} if not given"
        )
    parser.add_argument("--lr", type=float, default=1e-3, help="the learning rate")
    parser.add_argument("--checkpoint", metavar="FILE", help="to go on from if killed")
    return parser.parse_args(arguments)


def train(arguments: list[str]) -> int:
    """Train the network on all ranks."""
    given = settings(arguments)
    there = begin()
    try:
        tell(given, network(given.layers, given.width).to(there))
    finally:
        dist.destroy_process_group()
    return 0


def tell(given: argparse.Namespace, net: nn.Module) -> None:
    """Train the network; rank 0 prints the loss of each epoch."""
    losses = fit(
        net,
        tiles(split()[0], given.pairs, 0),
        given.epochs,
        given.lr,
        given.batch,
        checkpoint=given.checkpoint,
        clip=1.0,
        loop=Together,
    )
    for epoch, loss in enumerate(losses, 1):
        if dist.get_rank() == 0:
            print(f"epoch {epoch}: {loss:.6g}", flush=True)


if __name__ == "__main__":
    sys.exit(train(sys.argv[1:]))
