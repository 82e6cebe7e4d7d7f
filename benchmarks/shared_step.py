"""What each rank of ``benchmarks.scaling`` does: the steps of a shared training, timed."""

import argparse
import json
import sys
from statistics import median
from time import perf_counter

import torch
import torch.distributed as dist

from course_utils.training import mean_square
from studies import ranks
from studies.unrolled_photographs import split, tiles


def seconds(work, times: int) -> float:
    """The median time of a call, the first left out."""
    found = []
    for _ in range(times):
        dist.barrier()
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return median(found[1:])


def main(arguments: list[str]) -> None:
    """Print the time of a step and of its transfers, and how many bytes travel."""
    parser = argparse.ArgumentParser()
    for name in ("layers", "width", "batch", "steps"):
        parser.add_argument(f"--{name}", type=int)
    given = parser.parse_args(arguments)
    ranks.begin()
    net = ranks.network(given.layers, given.width)
    settings = {"samples": [given.batch], "batch": given.batch, "clip": 1.0, "seed": 0}
    training = ranks.Together(
        net, torch.optim.Adam(net.parameters()), mean_square, settings
    )
    pairs = tiles(split()[0], given.batch, 0)
    learned = sum(p.numel() for p in net.parameters())
    gradient = torch.zeros(learned)
    found = {
        "ranks": dist.get_world_size(),
        "learned": learned,
        "bytes": gradient.nbytes,
        "step_s": seconds(lambda: training.epoch(pairs, None), given.steps),
        "transfer_s": seconds(lambda: dist.all_reduce(gradient), given.steps),
    }
    if dist.get_rank() == 0:
        print(json.dumps(found), flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    main(sys.argv[1:])
