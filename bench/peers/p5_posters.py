"""P5: the dense net on features of posters, a sigmoid for each of 20 genres; RMSprop with and without foreach. The
features are in place before the clock starts."""
import torch
from torch import nn

from common import epoch_with, report

N, P, K, BATCH = 1053, 25088, 20, 64
torch.set_flush_denormal(True)
torch.manual_seed(1)
x = torch.rand(N, P)
y = (torch.rand(N, K) < 0.13).float()


def make(foreach):
    net = nn.Sequential(nn.Linear(P, 1024), nn.ReLU(), nn.Linear(1024, 256), nn.ReLU(), nn.Linear(256, K))
    optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-4, alpha=0.9, eps=1e-7, foreach=foreach)
    return epoch_with(optimizer, net, nn.BCEWithLogitsLoss(), x, y, BATCH)


for foreach in (False, True):
    report("PyTorch" + (", foreach" if foreach else ""), lambda: make(foreach), 3)
