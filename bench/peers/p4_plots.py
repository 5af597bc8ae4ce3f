"""P4: the dense net on plots as dense 0/1 rows; Adam with and without foreach. Data is read before timing."""
import sys

import torch
from torch import nn

from common import read_rows, report

BATCH = 64
n, p, row, word, genre = read_rows(sys.argv[1])
x = torch.zeros(n, p)
x[row, word] = 1


def make(foreach, traced):
    net = nn.Sequential(nn.Linear(p, 512), nn.ReLU(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 21))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7, foreach=foreach)
    model = torch.jit.script(net) if traced else net
    loss_of = nn.CrossEntropyLoss()

    def epoch():
        order = torch.randperm(n)
        for k in range(0, n, BATCH):
            rows = order[k:k + BATCH]
            optimizer.zero_grad(set_to_none=True)
            loss_of(model(x[rows]), genre[rows]).backward()
            optimizer.step()

    return epoch


for foreach in (False, True):
    for traced in (False, True):
        name = "PyTorch dense" + (" script" if traced else "") + (", foreach" if foreach else "")
        report(name, lambda: make(foreach, traced), 5)
