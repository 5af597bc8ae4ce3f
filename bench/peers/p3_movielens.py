"""P3: dot, bias and neural nets on embeddings; Adam with the L2 as weight decay, and without any.
Arguments: the ids and ratings, the kind of net."""
import sys

import numpy as np
import torch
from torch import nn

from common import report

BATCH = 64
raw = np.fromfile(sys.argv[1], dtype=np.int32)
n, users, items = (int(v) for v in raw[:3])
kind = sys.argv[2]
ids = torch.from_numpy(raw[3:3 + 2 * n].astype(np.int64)).reshape(2, n)
rating = torch.from_numpy(raw[3 + 2 * n:].astype(np.float32) / 2)


class Net(nn.Module):
    def __init__(self, sparse):
        super().__init__()
        self.u, self.v = (nn.Embedding(k, 50, sparse=sparse) for k in (users, items))
        if kind == "bias":
            self.bu, self.bv = (nn.Embedding(k, 1, sparse=sparse) for k in (users, items))
        if kind == "neural":
            self.rest = nn.Sequential(nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 70), nn.ReLU(), nn.Linear(70, 1))

    def forward(self, user, item):
        u, v = self.u(user), self.v(item)
        if kind == "neural":
            return self.rest(torch.cat([u, v], 1)).squeeze(1)
        out = (u * v).sum(1)
        return out if kind == "dot" else out + self.bu(user).squeeze(1) + self.bv(item).squeeze(1)


def optimizers(net, l2, sparse, foreach):
    tables = [p for name, p in net.named_parameters() if not name.startswith("rest")]
    others = [p for name, p in net.named_parameters() if name.startswith("rest")]
    if sparse:
        both = [torch.optim.SparseAdam(tables, lr=1e-3, eps=1e-7)]
        return both + ([torch.optim.Adam(others, lr=1e-3, eps=1e-7)] if others else [])
    groups = [{"params": tables, "weight_decay": 2e-4 if l2 else 0.0}]
    groups += [{"params": others}] if others else []
    return [torch.optim.Adam(groups, lr=1e-3, eps=1e-7, foreach=foreach)]


def make(l2, sparse, foreach):
    net = Net(sparse)
    steps = optimizers(net, l2, sparse, foreach)
    loss_of = nn.MSELoss()

    def epoch():
        order = torch.randperm(n)
        for k in range(0, n, BATCH):
            rows = order[k:k + BATCH]
            for optimizer in steps:
                optimizer.zero_grad(set_to_none=True)
            loss_of(net(ids[0][rows], ids[1][rows]), rating[rows]).backward()
            for optimizer in steps:
                optimizer.step()

    return epoch


for foreach in (False, True):
    name = ", foreach" if foreach else ""
    report("PyTorch with L2" + name, lambda: make(True, False, foreach), 3)
    report("PyTorch" + name, lambda: make(False, False, foreach), 3)
report("PyTorch SparseAdam", lambda: make(False, True, False), 3)
