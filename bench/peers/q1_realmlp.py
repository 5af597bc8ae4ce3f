"""Q1: RealMLP with its authors' settings (arXiv 2407.04491), whole (td) and small (tds), one thread.

Arguments: file, form, epochs, rounds. The file has int32 numbers of rows for training, validation and test, of columns and of classes
(0: numbers), for each column whether it holds numbers; then float32 columns row by row, and the outcome. Prints processor seconds of a
training with and without foreach optimizers, and the score of the test rows."""
import copy
import math
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from common import median_seconds

torch.set_num_threads(1)


def read_task(path):
    raw = np.fromfile(path, dtype=np.int32)
    fit, val, test, p, classes = (int(v) for v in raw[:5])
    rows = fit + val + test
    numbers = torch.from_numpy(raw[5:5 + p].astype(bool))
    values = torch.from_numpy(raw[5 + p:].view(np.float32).copy())
    x, y = values[:rows * p].view(rows, p), values[rows * p:]
    return x, (y.long() if classes else y), numbers, classes, fit, val


def scaled(x, numbers, rows):
    """Numbers by median and quartiles of the first rows, then clipped smoothly; half the range where quartiles are equal."""
    known = x[:rows]
    low, middle, high = torch.quantile(known, torch.tensor([0.25, 0.5, 0.75]), dim=0)
    half = (known.max(0).values - known.min(0).values) / 2
    unit = torch.where(high > low, high - low, half)
    z = (x - middle) / unit.clamp(min=1e-30)
    z = z / torch.sqrt(1 + (z / 3) ** 2)
    there = ~numbers | (unit > 0)
    return torch.where(numbers, z, x)[:, there], numbers[there]


class NTKLinear(nn.Module):
    """x W / sqrt(fan in) + b."""

    def __init__(self, inputs, units, zero=False):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inputs, units) if zero else torch.randn(inputs, units))
        self.bias = nn.Parameter(torch.zeros(units) if zero else torch.randn(units))
        self.factor = 1 / math.sqrt(inputs)

    def forward(self, x):
        return self.factor * (x @ self.weight) + self.bias


class Scale(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(inputs))

    def forward(self, x):
        return x * self.scale


class PBLD(nn.Module):
    """Periodic features of each number, mapped to three values, and the number beside them."""

    def __init__(self, numbers):
        super().__init__()
        count = int(numbers.sum())
        self.at, self.rest = numbers.nonzero()[:, 0], (~numbers).nonzero()[:, 0]
        self.frequency = nn.Parameter(0.1 * torch.randn(count, 16))
        self.phase = nn.Parameter(math.pi * (2 * torch.rand(count, 16) - 1))
        self.weight = nn.Parameter((2 * torch.rand(count, 16, 3) - 1) / 4)
        self.bias = nn.Parameter((2 * torch.rand(count, 3) - 1) / 4)

    def forward(self, x):
        number = x[:, self.at]
        wave = torch.cos(2 * math.pi * number.unsqueeze(2) * self.frequency + self.phase)
        linear = torch.bmm(wave.transpose(0, 1), self.weight).transpose(0, 1) + self.bias
        return torch.cat([x[:, self.rest], torch.cat([number.unsqueeze(2), linear], 2).flatten(1)], 1)


class Mixed(nn.Module):
    """x + a (f(x) - x), with a learned part a for each unit."""

    def __init__(self, f, units):
        super().__init__()
        self.f, self.part = f, nn.Parameter(torch.ones(units))

    def forward(self, x):
        return x + self.part * (self.f(x) - x)


def build(numbers, classes, whole):
    f = F.selu if classes else F.mish
    width = len(numbers) + 3 * int(numbers.sum()) if whole else len(numbers)
    layers = [PBLD(numbers)] if whole and numbers.any() else []
    layers.append(Scale(width))
    for inputs in (width, 256, 256):
        layers.append(NTKLinear(inputs, 256))
        layers += [Mixed(f, 256), nn.Dropout(0.15)] if whole else [nn.SELU() if classes else nn.Mish()]
    layers.append(NTKLinear(256, max(classes, 1), zero=not whole))
    return nn.Sequential(*layers)


@torch.no_grad()
def start_from_rows(net, x):
    """Units have standard deviation 1 over the rows, and their planes go through convex combinations of five rows."""
    for layer in net:
        if isinstance(layer, NTKLinear):
            sums = layer.factor * (x @ layer.weight)
            spread = sums.std(0, unbiased=False)
            spread[spread < 1e-6] = 1
            layer.weight /= spread
            rows = torch.randint(len(x), (5, sums.shape[1]))
            parts = torch.empty(5, sums.shape[1]).exponential_()
            layer.bias.copy_(-((sums / spread).gather(0, rows) * parts).sum(0) / parts.sum(0))
        if not isinstance(layer, nn.Dropout):
            x = layer(x)


def groups(net, whole):
    """Parameters by the factor of their learning rate; biases of layers do not decay."""
    found = []
    for layer in net:
        for name, value in layer.named_parameters(recurse=False):
            slow = isinstance(layer, (PBLD, Mixed)) or name == "bias"
            factor = 6 if isinstance(layer, Scale) else 0.1 if slow else 1
            decays = whole and not (isinstance(layer, NTKLinear) and name == "bias")
            found.append((value, factor, 0.02 if decays else 0.0))
    kinds = sorted({kind[1:] for kind in found})
    return [{"params": [v for v, *kind in found if tuple(kind) == key], "factor": key[0], "decay": key[1]} for key in kinds]


def flat_cos(t):
    return 1.0 if t < 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * t - 1)))


def loss_of(output, y, classes):
    if classes:
        return F.cross_entropy(output, y, label_smoothing=0.1)
    return F.mse_loss(output[:, 0], y)


@torch.no_grad()
def score_of(net, x, y, classes):
    output = net(x)
    if classes:
        return (output.argmax(1) == y).float().mean().item()
    return 1 - ((output[:, 0] - y) ** 2).sum().item() / ((y - y.mean()) ** 2).sum().item()


def train(x, y, numbers, classes, fit, val, whole, epochs, foreach):
    """The net with the weights of the best epoch on the validation rows, of equal ones the last."""
    torch.manual_seed(1)
    net = build(numbers, classes, whole)
    if whole:
        start_from_rows(net, x[:fit])
    rate = 0.04 if classes else 0.2 if whole else 0.07
    optimizer = torch.optim.AdamW(groups(net, whole), lr=rate, betas=(0.9, 0.95), eps=1e-8, foreach=foreach)
    drops = [layer for layer in net if isinstance(layer, nn.Dropout)]
    batch = math.ceil(fit / max(1, fit // 256))
    steps, done, best, kept = epochs * math.ceil(fit / batch), 0, -math.inf, None
    for _ in range(epochs):
        net.train()
        order = torch.randperm(fit)
        for k in range(0, fit, batch):
            t = done / steps
            now = rate * 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t)))
            for group in optimizer.param_groups:
                group["lr"], group["weight_decay"] = now * group["factor"], group["decay"] * flat_cos(t)
            for layer in drops:
                layer.p = 0.15 * flat_cos(t)
            rows = order[k:k + batch]
            optimizer.zero_grad(set_to_none=True)
            loss_of(net(x[rows]), y[rows], classes).backward()
            optimizer.step()
            done += 1
        net.eval()
        score = score_of(net, x[fit:fit + val], y[fit:fit + val], classes)
        if score >= best:
            best, kept = score, copy.deepcopy(net.state_dict())
    net.load_state_dict(kept)
    return net


path, form, epochs, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
x, y, numbers, classes, fit, val = read_task(path)
x, numbers = scaled(x, numbers, fit + val)
if not classes:
    y = (y - y[:fit + val].mean()) / y[:fit + val].std()
nets = {}
for foreach in (False, True):

    def whole_training():
        nets[foreach] = train(x, y, numbers, classes, fit, val, form == "td", epochs, foreach)

    print(f"PyTorch{', foreach' if foreach else ''}\t{median_seconds(whole_training, rounds, time.process_time):.6f}", flush=True)
nets[False].eval()
print(f"score\t{score_of(nets[False], x[fit + val:], y[fit + val:], classes):.6f}")
