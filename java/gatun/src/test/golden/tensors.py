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


def movements():
    images, rows = wave(0.1, 2, 4, 2, 4), wave(0.1, 3, 5)
    case("roll", lambda x: x.roll(2, 1), rows)
    case("roll_back", lambda x: x.roll(-1, 0), rows)
    case("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2), images)
    case("pixel_unshuffle", lambda x: F.pixel_unshuffle(x, 2), images)
    case("channel_shuffle", lambda x: x.view(2, 2, 2, 2, 4).transpose(1, 2).reshape(2, 4, 2, 4), images)
    case("split", lambda x: torch.split(x, [1, 3, 1], 1)[1], rows)


reductions()
movements()
