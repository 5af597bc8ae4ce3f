"""P10: three convolutions with relu and max pooling, then 10 classes; channels first and channels last, with and
without a foreach optimizer. The images are in place before the clock starts."""
import torch
from torch import nn

from common import adam_epoch, report

BATCH = 32
torch.set_flush_denormal(True)
torch.manual_seed(1)
images = torch.rand(1024, 3, 64, 64)
classes = torch.randint(0, 10, (1024,))


def training(last, foreach):
    order = torch.channels_last if last else torch.contiguous_format
    layers, channels = [], 3
    for filters in (32, 64, 128):
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels = filters
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 8 * 8, 10)).to(memory_format=order)
    x = images.to(memory_format=order)
    return adam_epoch(net, nn.CrossEntropyLoss(), x, classes, BATCH, foreach)


for last in (False, True):
    for foreach in (False, True):
        label = "PyTorch" + (", channels last" if last else "") + (", foreach" if foreach else "")
        report(label, lambda: training(last, foreach), 3)
