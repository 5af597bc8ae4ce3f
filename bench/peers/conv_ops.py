"""Convolutions and poolings op by op; arguments as those of bare/conv_ops.c, without the instruction set. The one of
channels first and channels last that takes less for both. Prints "op<TAB>seconds forward<TAB>seconds backward", lower quartiles."""
import sys
import time

import torch
import torch.nn.functional as F

BUDGET, LEAST, MOST = 0.25, 7, 2000


def quartile(f, clock):
    f()
    seconds, start = [], clock()
    while len(seconds) < MOST and (len(seconds) < LEAST or clock() - start < BUDGET):
        before = clock()
        f()
        seconds.append(clock() - before)
    return sorted(seconds)[len(seconds) // 4]


def convolution(kind, x, f, k, stride, dilation, groups, same):
    """The function and its weights; x has its channels second."""
    c, axes = x.shape[1], x.dim() - 2
    pad = dilation * (k - 1) // 2 if same else 0
    if kind == "conv_transpose":
        pad, rest = max(k - stride, 0) // 2, max(k - stride, 0) % 2
        weight = torch.randn(c, f, *(k,) * axes, requires_grad=True)
        bias = torch.randn(f, requires_grad=True)
        return lambda x: F.conv_transpose2d(x, weight, bias, stride, pad if same else 0, rest if same else 0), [weight, bias]
    if kind == "depthwise_conv":
        f, groups = c, c
    weight = torch.randn(f, c // groups, *(k,) * axes, requires_grad=True)
    bias = torch.randn(f, requires_grad=True)
    run = F.conv1d if axes == 1 else F.conv2d
    return lambda x: run(x, weight, bias, stride, pad, dilation, groups), [weight, bias]


def functions(kind, x, f, k, stride, dilation, groups, same):
    """Functions of x with channels second that do the same, each with its weights."""
    axes = tuple(range(2, x.dim()))
    if kind == "global_max_pool":
        whole = F.adaptive_max_pool1d if x.dim() == 3 else F.adaptive_max_pool2d
        return [(lambda x: x.amax(axes), []), (lambda x: whole(x, 1), [])]
    if kind == "global_average_pool":
        whole = F.adaptive_avg_pool1d if x.dim() == 3 else F.adaptive_avg_pool2d
        return [(lambda x: x.mean(axes), []), (lambda x: whole(x, 1), [])]
    if kind == "max_pool":
        run = F.max_pool1d if x.dim() == 3 else F.max_pool2d
        return [(lambda x: run(x, k, stride), [])]
    if kind == "average_pool":
        run = F.avg_pool1d if x.dim() == 3 else F.avg_pool2d
        return [(lambda x: run(x, k, stride), [])]
    return [convolution(kind, x, f, k, stride, dilation, groups, same)]


def layouts(n, h, w, c):
    """The same numbers with channels last in memory and channels first."""
    x = torch.randn(n, h, w, c) if h > 1 else torch.randn(n, w, c)
    back = (0, 3, 1, 2) if h > 1 else (0, 2, 1)
    return [x.permute(back), x.permute(back).contiguous()]


def measure(text, clock):
    kind, *numbers = text.split(",")
    n, h, w, c, f, k, stride, dilation, groups, same, first = map(int, numbers)
    found = []
    for x in layouts(n, h, w, c):
        for function, weights in functions(kind, x, f, k, stride, dilation, groups, same):
            try:
                x = x.detach().requires_grad_(not first)
                y = function(x)
                dy = torch.randn_like(y)
                wanted = weights + ([] if first else [x])
                found.append((quartile(lambda: function(x), clock),
                              quartile(lambda: torch.autograd.grad(y, wanted, dy, retain_graph=True), clock)))
            except RuntimeError:
                continue
    ahead, back = min(found, key=sum)
    print(f"{text}\t{ahead:.9f}\t{back:.9f}", flush=True)


threads = int(sys.argv[1])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
for text in sys.argv[2:]:
    measure(text, time.thread_time if threads == 1 else time.perf_counter)
