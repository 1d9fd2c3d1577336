"""Writes dev/gatun/reference/tensors.txt: what PyTorch 2.13.0 makes of reductions and movements; see figures.py.

    python tensors.py > ../resources/dev/gatun/reference/tensors.txt
"""
import math

import torch
import torch.nn.functional as F

from figures import case, wave


def reductions():
    x = wave(0.1, 2, 3, 4, scale=2)
    for correction in (0, 1):
        case(f"variance_{correction}", lambda x: x.var((0, 2), correction=correction), x)
        case(f"deviation_{correction}", lambda x: x.std(1, correction=correction, keepdim=True), x)
    case("variance_of_all", lambda x: x.var(), x)
    case("deviation_of_equals", lambda x: x.std(1), torch.full((2, 3), 1.5))
    for p in (1, 2, 3, 1.5, math.inf):
        case(f"norm_{p}", lambda x: torch.linalg.vector_norm(x, p, (-1, 0)), x)
        if p != math.inf:  # whose gradient at 0 PyTorch shares among all
            case(f"norm_{p}_of_zeros", lambda x: torch.linalg.vector_norm(x, p, 1), torch.zeros(2, 3))
    case("norm_2_kept", lambda x: torch.linalg.vector_norm(x, 2, 1, keepdim=True), x)
    case("power", lambda x: x ** 2.5, wave(0.1, 2, 3) + 1.5)
    case("power_of_minus_2", lambda x: x ** -2, x)


def comparisons():
    a, b = torch.tensor([1.0, 2.0, math.nan, 4.0]), torch.tensor([1.0, 3.0, 1.0, 3.0])
    for name in ("gt", "ge", "lt", "le", "eq", "ne"):
        case(name, lambda a, b: getattr(torch, name)(a.detach(), b.detach()).double() + 0 * b, a, b)


def choices():
    x = wave(0.1, 2, 3, 4, scale=2)
    case("amin", lambda x: x.amin((0, 2)), torch.tensor([[[1.0, 2, 1], [0, 0, 0]], [[3, 1, 5], [4, 2, 0]]]))
    case("log_sum_exp", lambda x: x.logsumexp((0, 2)), x)
    case("log_sum_exp_of_far_elements", lambda x: x.logsumexp(1), torch.tensor([[1e4, 0.0, 1e4], [-1e4, -1e4, 0.0],
                                                                               [-math.inf, 1.0, 2.0]]))
    case("argmax", lambda x: F.one_hot(x.argmax(1), 3).double() + 0 * x.sum(), x)
    case("stop_gradient", lambda x: x * x.detach(), x)


def resizes():
    images = wave(0.1, 1, 2, 4, 5)
    for name, height, width in (("up", 7, 11), ("down", 2, 3), ("one", 1, 1), ("same", 4, 5)):
        case(f"nearest_{name}", lambda x: F.interpolate(x, (height, width), mode="nearest"), images)
        for corners in (False, True):
            case(f"bilinear_{name}_{corners}", lambda x: F.interpolate(
                x, (height, width), mode="bilinear", align_corners=corners), images)
    case("reflection_pad", lambda x: F.pad(x, (2, 2, 2, 2), mode="reflect"), images)
    case("replication_pad", lambda x: F.pad(x, (3, 3, 3, 3), mode="replicate"), images)
    case("reflect_unevenly", lambda x: F.pad(x, (1, 3), mode="reflect"), wave(0.1, 2, 4))
    case("replicate_unevenly", lambda x: F.pad(x, (4, 0), mode="replicate"), wave(0.1, 2, 4))


def movements():
    images, rows = wave(0.1, 2, 4, 2, 4), wave(0.1, 3, 5)
    case("roll", lambda x: x.roll(2, 1), rows)
    case("roll_back", lambda x: x.roll(-1, 0), rows)
    case("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2), images)
    case("pixel_unshuffle", lambda x: F.pixel_unshuffle(x, 2), images)
    case("channel_shuffle", lambda x: x.view(2, 2, 2, 2, 4).transpose(1, 2).reshape(2, 4, 2, 4), images)
    case("split", lambda x: torch.split(x, [1, 3, 1], 1)[1], rows)


reductions()
comparisons()
choices()
resizes()
movements()
