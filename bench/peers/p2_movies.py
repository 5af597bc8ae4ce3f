"""P2 and P2s: the dense net, eager and traced, Adam with and without foreach. Argument: input columns."""
import sys

import torch
from torch import nn

from common import adam_epoch, report

N, K, BATCH = 1894, 17, 32
P = int(sys.argv[1])
torch.manual_seed(1)
x = torch.randn(N, P)
if P > 8:  # 8 numbers, and one of the other columns
    x[:, 8:] = 0
    x[torch.arange(N), torch.randint(8, P, (N,))] = 1
y = torch.randint(0, K, (N,))


def make(foreach, traced):
    net = nn.Sequential(
        nn.Linear(P, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(0.4),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.4), nn.Linear(128, K))
    model = torch.jit.script(net) if traced else net
    return adam_epoch(net, nn.CrossEntropyLoss(), x, y, BATCH, foreach, model)


for foreach in (False, True):
    for traced in (False, True):
        name = "PyTorch" + (" script" if traced else "") + (", foreach" if foreach else "")
        report(name, lambda: make(foreach, traced))
