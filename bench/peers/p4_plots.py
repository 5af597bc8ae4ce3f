"""P4: the dense net on plots as dense 0/1 rows; Adam with and without foreach. Data is read before timing."""
import sys

import torch
from torch import nn

from common import adam_epoch, read_rows, report

BATCH = 64
n, p, row, word, genre = read_rows(sys.argv[1])
x = torch.zeros(n, p)
x[row, word] = 1


def make(foreach, traced):
    net = nn.Sequential(nn.Linear(p, 512), nn.ReLU(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 21))
    model = torch.jit.script(net) if traced else net
    return adam_epoch(net, nn.CrossEntropyLoss(), x, genre, BATCH, foreach, model)


for foreach in (False, True):
    for traced in (False, True):
        name = "PyTorch dense" + (" script" if traced else "") + (", foreach" if foreach else "")
        report(name, lambda: make(foreach, traced), 5)
