"""P7: the prediction of 8 images by VGG16 and by its convolutions alone, channels first and channels last,
traced and not. The images are in place before the clock starts."""
import torch
from torch import nn

from common import report

images = torch.rand(8, 3, 224, 224)


def convolutions():
    layers, channels = [], 3
    for block in ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3):
        for filters in block:
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return layers


def whole():
    dense = [nn.Flatten(), nn.Linear(7 * 7 * 512, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(),
             nn.Linear(4096, 1000), nn.Softmax(dim=1)]
    return convolutions() + dense


def make(layers, last, traced):
    order = torch.channels_last if last else torch.contiguous_format
    net = nn.Sequential(*layers).eval().to(memory_format=order)
    x = images.to(memory_format=order)
    with torch.no_grad():
        model = torch.jit.freeze(torch.jit.trace(net, x)) if traced else net

    def predict():
        with torch.no_grad():
            model(x)

    return predict


for name, layers in (("whole", whole), ("convolutions", convolutions)):
    for last in (False, True):
        for traced in (False, True):
            label = "PyTorch " + name + (", channels last" if last else "") + (", frozen" if traced else "")
            report(label, lambda: make(layers(), last, traced), 3)
