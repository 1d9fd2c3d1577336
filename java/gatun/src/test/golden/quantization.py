"""Writes dev/gatun/reference/quantization.txt: PyTorch 2.13.0's rounding to integers of few bits; see figures.py.

    python quantization.py > ../resources/dev/gatun/reference/quantization.txt

PyTorch's operators compute in float32, so that the figures are those of the formula in float64, once both agree.
"""
import math

import torch

from figures import case, wave


def rounded(x):
    """The nearest integers, with the gradient of the identity."""
    return x + (x.round() - x).detach()


def formula(x, scale, zero, axis, low, high):
    shape = [1] * x.dim()
    if axis is not None:
        shape[axis] = -1
    factor = 1 / math.sqrt(x.numel() / scale.numel() * high)  # of a learned step's gradient (Esser et al., 2020)
    s = (scale * factor + (scale - scale * factor).detach()).reshape(shape)
    z = zero.reshape(shape)
    q = rounded(x / s) + z
    q = torch.where(q < low, torch.full_like(q, low), torch.where(q > high, torch.full_like(q, high), q))
    return s * (q - z)


def operator(x, scale, zero, axis, low, high):
    factor = 1 / math.sqrt(x.numel() / scale.numel() * high)
    if axis is None:
        return torch._fake_quantize_learnable_per_tensor_affine(
            x, scale.reshape(1), zero.reshape(1), low, high, factor)
    return torch._fake_quantize_learnable_per_channel_affine(x, scale, zero, axis, low, high, factor)


def check(x, *rest):
    """Refuses a formula that is not the operator's."""
    results = []
    for function, dtype in ((formula, torch.float64), (operator, torch.float32)):
        leaf = x.to(dtype, copy=True).requires_grad_()
        scale = rest[0].to(dtype, copy=True).requires_grad_()
        y = function(leaf, scale, rest[1].to(dtype), *rest[2:])
        (y * wave(3, *y.shape).to(dtype)).sum().backward()
        results.append([each.double() for each in (y.detach(), leaf.grad, scale.grad)])
    for a, b in zip(*results):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def quantized(name, axis, low, high, scale, zero):
    x, scale, zero = wave(0.1, 2, 3, 4, scale=2), torch.tensor(scale), torch.tensor(zero)
    check(x, scale, zero, axis, low, high)
    case(name, lambda x, s: formula(x, s, zero, axis, low, high), x, scale)


quantized("signed", None, -127, 127, 0.0137, 0.0)
quantized("clamped", None, -4, 3, 0.19, 0.0)
quantized("unsigned", None, 0, 15, 0.11, 0.0)
quantized("affine", None, 0, 255, 0.0113, 131.0)
quantized("of_rows", 0, -127, 127, [0.011, 0.017], [0.0, 0.0])
quantized("of_channels", 1, -8, 7, [0.17, 0.23, 0.31], [0.0, 0.0, 0.0])
quantized("of_columns", 2, 0, 15, [0.17, 0.23, 0.31, 0.13], [3.0, 8.0, 0.0, 11.0])
