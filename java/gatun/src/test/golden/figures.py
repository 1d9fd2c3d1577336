"""What the scripts beside it share: cases of PyTorch 2.13.0 in float64, as text.

A line is a case, a tensor's part in it, its type, its shape and its elements, row-major. The gradients are those of
the sum of output * diff by every floating-point input. Waves are sin(0.7 * i + phase) times a scale.
"""
import math

import torch

torch.set_default_dtype(torch.float64)


def wave(phase, *shape, scale=1.0):
    count = math.prod(shape)
    return (scale * torch.sin(0.7 * torch.arange(count, dtype=torch.float64) + phase)).reshape(shape)


def text(value):
    """A number as Java reads it."""
    return f"{value:.17g}".replace("inf", "Infinity").replace("nan", "NaN")


def show(name, part, tensor):
    kind = "F64" if tensor.dtype.is_floating_point else "I32"
    shape = "x".join(str(extent) for extent in tensor.shape) or "scalar"
    print(name, part, kind, shape, *map(text, tensor.flatten().tolist()))


def case(name, function, *inputs, **variables):
    """Variables carry the names that they have in a layer, with dots written as two underscores."""
    leaves = [x.detach().clone().requires_grad_(x.dtype.is_floating_point) for x in inputs]
    weights = {key: x.detach().clone().requires_grad_() for key, x in variables.items()}
    y = function(*leaves, **weights)
    diff = wave(3, *y.shape)
    (y * diff).sum().backward()
    for i, leaf in enumerate(leaves):
        show(name, f"input{i}", leaf.detach())
    for key, weight in weights.items():
        show(name, "variable:" + key.replace("__", "."), weight.detach())
    show(name, "diff", diff)
    show(name, "output", y.detach())
    for i, leaf in enumerate(leaves):
        if leaf.dtype.is_floating_point:
            show(name, f"gradient{i}", torch.zeros_like(leaf) if leaf.grad is None else leaf.grad)
    for key, weight in weights.items():
        show(name, "gradient:" + key.replace("__", "."), weight.grad)
