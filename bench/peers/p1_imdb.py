"""P1: the dense net on 0/1 rows, and EmbeddingBag on the words of each row. Data is read before timing."""
import sys

import torch
from torch import nn

from common import read_rows, report

BATCH = 512
n, p, row, word, label = read_rows(sys.argv[1])
y = label.float().reshape(-1, 1)


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
    x[row, word] = 1

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
    words = word.reshape(n, -1)

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
