"""Writes dev/gatun/reference/operations.txt: what PyTorch 2.13.0 makes of small tensors, in float64.

    python operations.py > ../resources/dev/gatun/reference/operations.txt

A line is a case, a tensor's part in it, its type, its shape and its elements, row-major. The gradients are those of
the sum of output * diff by every floating-point input. Waves are sin(0.7 * i + phase) times a scale.
"""
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(phase, *shape, scale=1.0):
    count = math.prod(shape)
    return (scale * torch.sin(0.7 * torch.arange(count, dtype=torch.float64) + phase)).reshape(shape)


def show(name, part, tensor):
    kind = "F64" if tensor.dtype.is_floating_point else "I32"
    shape = "x".join(str(extent) for extent in tensor.shape) or "scalar"
    print(name, part, kind, shape, *(f"{value:.17g}" for value in tensor.flatten().tolist()))


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


def activations():
    x = wave(0.1, 2, 3, 2, 2, scale=7)  # nowhere 0, where slopes are a matter of choice
    case("leaky_relu", lambda x: F.leaky_relu(x, 0.2), x)
    case("relu6", F.relu6, x)
    case("elu", lambda x: F.elu(x, 1.5), x)
    case("selu", F.selu, x)
    case("gelu", F.gelu, x)
    case("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), x)
    case("silu", F.silu, x)
    case("hard_sigmoid", lambda x: F.relu6(x + 3) / 6, x)  # whose own gradient is rounded to f32
    case("hard_swish", F.hardswish, x)
    case("softplus", lambda x: F.softplus(x, 1.5, 1000), x)
    case("mish", F.mish, x)
    case("prelu", lambda x, weight: F.prelu(x, weight), x, weight=wave(1, 3))


activations()
