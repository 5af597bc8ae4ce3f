"""What the PyTorch peers share: an epoch, timing with 1 and 2 threads, and the lines that bench/common.R reads."""
import statistics
import time

import numpy as np
import torch

RUNS = 7


def read_rows(path):
    """0/1 rows as bench/data_rows.R writes them: rows, columns, row and column of each 1, classes."""
    raw = np.fromfile(path, dtype=np.int32).astype(np.int64)
    n, p = int(raw[0]), int(raw[1])
    starts = raw[2:n + 3]
    columns, classes = np.split(raw[n + 3:], [starts[-1]])
    row = np.repeat(np.arange(n), np.diff(starts))
    return n, p, torch.from_numpy(row), torch.from_numpy(columns), torch.from_numpy(classes)


def median_seconds(f, runs=RUNS, clock=time.perf_counter):
    f()
    times = []
    for _ in range(runs):
        start = clock()
        f()
        times.append(clock() - start)
    return statistics.median(times)


def epoch_with(optimizer, model, loss_of, x, y, batch):
    """A function that trains an epoch of mini-batches."""

    def epoch():
        order = torch.randperm(len(x))
        for k in range(0, len(x), batch):
            rows = order[k:k + batch]
            optimizer.zero_grad(set_to_none=True)
            loss_of(model(x[rows]), y[rows]).backward()
            optimizer.step()

    return epoch


def adam_epoch(net, loss_of, x, y, batch, foreach, model=None):
    """An epoch with Adam; model: what computes with net's weights, net itself if None."""
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7, foreach=foreach)
    return epoch_with(optimizer, net if model is None else model, loss_of, x, y, batch)


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
