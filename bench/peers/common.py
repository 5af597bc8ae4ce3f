"""What the PyTorch peers share: timing with 1 and 2 threads, and the lines that bench/common.R reads."""
import statistics
import time

import torch

RUNS = 7


def median_seconds(f, runs=RUNS):
    f()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(label, make, runs=RUNS):
    """make() gives a function that trains one epoch; a setting that PyTorch refuses is left out."""
    for threads in (1, 2):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        try:
            seconds = median_seconds(make(), runs)
        except (RuntimeError, TypeError) as problem:
            continue
        print(f"{label}, {threads} thread{'s' if threads > 1 else ''}\t{seconds:.6f}", flush=True)
