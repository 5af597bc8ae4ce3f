"""P2 and P2s: the dense net, eager and traced, Adam with and without foreach. Argument: input columns."""
import sys

import torch
from torch import nn

from common import report

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
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7, foreach=foreach)
    model = torch.jit.script(net) if traced else net
    loss_of = nn.CrossEntropyLoss()

    def epoch():
        order = torch.randperm(N)
        for k in range(0, N, BATCH):
            rows = order[k:k + BATCH]
            optimizer.zero_grad(set_to_none=True)
            loss_of(model(x[rows]), y[rows]).backward()
            optimizer.step()

    return epoch


for foreach in (False, True):
    for traced in (False, True):
        name = "PyTorch" + (" script" if traced else "") + (", foreach" if foreach else "")
        report(name, lambda: make(foreach, traced))
