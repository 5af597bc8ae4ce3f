"""P8: one recurrent layer of 64 units and a sigmoid; training and prediction. Data are there before timing."""
import sys

import torch
from torch import nn

from common import adam_epoch, report

BATCH = 32
CELL = sys.argv[1]
torch.manual_seed(1)
x = torch.randn(320, 80, 128)
y = (torch.rand(320, 1) < 0.5).float()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = getattr(nn, CELL)(128, 64, batch_first=True)
        self.out = nn.Linear(64, 1)

    def forward(self, x):
        return self.out(self.cell(x)[0][:, -1])


def training(foreach):
    return adam_epoch(Net(), nn.BCEWithLogitsLoss(), x, y, BATCH, foreach)


def prediction():
    net = Net().eval()

    def run():
        with torch.inference_mode():
            for k in range(0, len(x), BATCH):
                torch.sigmoid(net(x[k:k + BATCH]))

    return run


report(f"PyTorch {CELL} training", lambda: training(False))
report(f"PyTorch {CELL}, foreach training", lambda: training(True))
report(f"PyTorch {CELL} prediction", prediction)
