"""Writes dev/gatun/update/matrices.txt: what Muon and Adafactor make of small tensors, by PyTorch 2.13.0.

    python matrices.py > ../resources/dev/gatun/update/matrices.txt

A line is a case, a step and the weights after it, row-major. Weight i begins as sin(i + 1); its gradient in step t is
0.3 * cos(1 + i * i * t / 2), so that matrices have full rank. Muon is PyTorch's algorithm in double; the case "torch"
is its own optimizer, which multiplies in
bf16. Adafactor is PyTorch's own, in double, with the epsilon of f32.
"""
import math

import torch
from torch.optim._muon import _adjust_lr

STEPS = 4
F32_EPSILON = torch.finfo(torch.float32).eps


def weights(shape, dtype=torch.float64):
    count = math.prod(shape)
    return torch.tensor([math.sin(i + 1) for i in range(count)], dtype=torch.float64).reshape(shape).to(dtype)


def gradients(shape, step, dtype=torch.float64):
    count = math.prod(shape)
    values = [0.3 * math.cos(1 + i * i * step / 2) for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).to(dtype)


def show(name, step, tensor):
    print(name, step, *(f"{value:.17g}" for value in tensor.flatten().tolist()))


def muon(name, shape, lr=1e-3, decay=0.1, momentum=0.95, nesterov=True, steps=5, adjust="original", sign=1):
    w = weights(shape).flatten(1)
    buffer = torch.zeros_like(w)
    for t in range(1, STEPS + 1):
        g = sign * gradients(shape, t).flatten(1)
        buffer.lerp_(g, 1 - momentum)
        x = g.lerp(buffer, momentum) if nesterov else buffer.clone()
        tall = x.size(0) > x.size(1)
        x = x.T if tall else x
        x = x / x.norm().clamp(min=1e-7)
        for _ in range(steps):
            gram = x @ x.T
            x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
        x = x.T if tall else x
        w = w * (1 - lr * decay) - _adjust_lr(lr, adjust, w.shape) * x
        show(name, t, w)


def run(name, shape, make, dtype):
    w = torch.nn.Parameter(weights(shape, dtype))
    optimizer = make([w])
    for t in range(1, STEPS + 1):
        w.grad = gradients(shape, t, dtype)
        optimizer.step()
        show(name, t, w.detach())


def adafactor(**options):
    return lambda parameters: torch.optim.Adafactor(parameters, foreach=False, **options)


muon("muon-wide", (3, 5))
muon("muon-tall", (5, 3))
muon("muon-kernel", (4, 2, 3, 3), lr=0.02)
muon("muon-options", (4, 6), lr=0.05, decay=0, momentum=0.8, nesterov=False, steps=3, adjust="match_rms_adamw", sign=-1)
run("torch-muon-wide", (3, 5), lambda parameters: torch.optim.Muon(parameters), torch.float32)
run("torch-muon-tall", (5, 3), lambda parameters: torch.optim.Muon(parameters), torch.float32)
run("adafactor-matrix", (5, 3), adafactor(eps=(F32_EPSILON, 1e-3)), torch.float64)
run("adafactor-vector", (7,), adafactor(eps=(F32_EPSILON, 1e-3)), torch.float64)
run("adafactor-options", (3, 5), adafactor(
    lr=0.6, beta2_decay=-0.5, eps=(0.05, 2.0), d=1.5, weight_decay=0.1, maximize=True), torch.float64)
run("adafactor-vector-options", (7,), adafactor(
    lr=0.6, beta2_decay=-0.5, eps=(0.05, 2.0), d=1.5, weight_decay=0.1, maximize=True), torch.float64)
