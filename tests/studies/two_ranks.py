"""What the ranks do that ``test_ranks`` starts: a small training in double precision.

torchrun --nproc-per-node 2 tests/studies/two_ranks.py FOLDER EPOCHS [CHECKPOINT]
"""

import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist

from course_utils.networks import ConvNet
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from course_utils.training import fit
from course_utils.unrolled import UnrolledProximal
from studies.ranks import Together, begin

BATCH = 4


def trained(epochs, pairs=8, loop=None, checkpoint=None):
    """The losses of a training, and what its model is at the end."""
    draw = torch.Generator().manual_seed(0)
    f = torch.rand(pairs, 16, 16, generator=draw, dtype=torch.float64)
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (16, 16))
    net = UnrolledProximal(H, [ConvNet(width=3, seed=k).double() for k in range(2)], 1.0)
    for p in net.parameters():  # no gradient is 0 by symmetry
        p.data += 0.05 * torch.randn(p.shape, generator=draw, dtype=torch.float64)
    data = (H(f) + 0.01 * torch.randn(f.shape, generator=draw, dtype=torch.float64), f)
    options = {"loop": loop, "checkpoint": checkpoint, "clip": 1.0}
    return list(fit(net, data, epochs, 1e-2, BATCH, **options)), net


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    begin()
    (folder / f"pid.{dist.get_rank()}").write_text(str(os.getpid()), encoding="utf-8")
    found, net = trained(
        int(sys.argv[2]), loop=Together, checkpoint=(sys.argv[3:] or [None])[0]
    )
    state = {name: p.detach() for name, p in net.named_parameters()}
    _, once = trained(1, pairs=BATCH, loop=Together)
    gradients = {name: p.grad for name, p in once.named_parameters()}
    torch.save([found, state, gradients], folder / f"end.{dist.get_rank()}")
    dist.destroy_process_group()
