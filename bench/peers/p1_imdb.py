"""P1: the dense net on 0/1 rows, and EmbeddingBag on the words of each row. Data is read before timing."""
import sys

import numpy as np
import torch
from torch import nn

from common import report

BATCH = 512
raw = np.fromfile(sys.argv[1], dtype=np.int32)
n, p = int(raw[0]), int(raw[1])
indptr = raw[2:n + 3].astype(np.int64)
nnz = int(indptr[-1])
indices = raw[n + 3:n + 3 + nnz].astype(np.int64)
y = torch.from_numpy(raw[n + 3 + nnz:].astype(np.float32)).reshape(-1, 1)


def tail():
    return nn.Sequential(nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1))


def train(params, batches, foreach):
    loss_of = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.RMSprop(params, lr=1e-3, alpha=0.9, eps=1e-7, foreach=foreach)

    def epoch():
        order = torch.randperm(n)
        for rows, forward in batches(order):
            optimizer.zero_grad(set_to_none=True)
            loss_of(forward(), y[rows]).backward()
            optimizer.step()

    return epoch


def dense(foreach):
    x = torch.zeros(n, p)
    x[torch.from_numpy(np.repeat(np.arange(n), np.diff(indptr))), torch.from_numpy(indices)] = 1

    def make():
        net = nn.Sequential(nn.Linear(p, 16), tail())

        def batches(order):
            for k in range(0, n, BATCH):
                rows = order[k:k + BATCH]
                yield rows, lambda: net(x[rows])

        return train(list(net.parameters()), batches, foreach)

    return make


def embedding_bag(foreach):
    # All rows have as many words: a batch of word ids is one gather of rows.
    words = torch.from_numpy(indices.reshape(n, -1))

    def make():
        bag = nn.EmbeddingBag(p, 16, mode="sum")
        bias = nn.Parameter(torch.zeros(16))
        rest = tail()

        def batches(order):
            for k in range(0, n, BATCH):
                rows = order[k:k + BATCH]
                yield rows, lambda: rest(bag(words[rows]) + bias)

        return train(list(bag.parameters()) + [bias] + list(rest.parameters()), batches, foreach)

    return make


for foreach in (False, True):
    name = ", foreach" if foreach else ""
    report("PyTorch EmbeddingBag" + name, embedding_bag(foreach))
    report("PyTorch dense" + name, dense(foreach), 5)
