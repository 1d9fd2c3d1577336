"""Times PyTorch's normalisations, forward and backward: of images in channels last and row-major memory, and of rows.

    python bench/peer/normalizations.py --threads 2

Shapes are those of native/test/normalization_bandwidth, which prints the same of Gatun's kernels. Medians in ms.
"""

import argparse
import statistics
import time

import torch

SHAPES = ((64, 64, 32, 32), (16, 256, 14, 14), (16, 64, 112, 112))
ROWS = ((16, 197, 192), (32, 128, 768), (8, 1024, 512), (400000, 16))


def layers(channels):
    return {
        "batch": torch.nn.Sequential(torch.nn.BatchNorm2d(channels), torch.nn.ReLU()),
        "group": torch.nn.GroupNorm(max(1, channels // 8), channels),
        "instance": torch.nn.InstanceNorm2d(channels, affine=True),
    }


def timed(layer, x, diff, rounds):
    forward, backward = [], []
    for i in range(rounds + 1):
        start = time.perf_counter()
        y = layer(x)
        middle = time.perf_counter()
        torch.autograd.grad(y, [x, *layer.parameters()], diff)
        if i > 0:
            forward.append(middle - start)
            backward.append(time.perf_counter() - middle)
    return [1e3 * statistics.median(each) for each in (forward, backward)]


def heading(shape):
    print(f"\n{shape}: {4e-6 * torch.Size(shape).numel():.0f} MB\n{'':34}{'forward':>9} {'backward':>9}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"torch {torch.__version__}, {arguments.threads} threads")
    for shape in SHAPES:
        heading(shape)
        for memory, name in ((torch.channels_last, "channels last"), (torch.contiguous_format, "row-major")):
            x = torch.randn(shape).contiguous(memory_format=memory).requires_grad_()
            diff = torch.randn(shape).contiguous(memory_format=memory)
            for kind, layer in layers(shape[1]).items():
                forward, backward = timed(layer, x, diff, arguments.rounds)
                print(f"{kind + ', ' + name:34}{forward:9.3f} {backward:9.3f}")
    for shape in ROWS:
        heading(shape)
        x = torch.randn(shape).requires_grad_()
        diff = torch.randn(shape)
        for kind, layer in (("layer", torch.nn.LayerNorm(shape[-1])), ("rms", torch.nn.RMSNorm(shape[-1]))):
            forward, backward = timed(layer, x, diff, arguments.rounds)
            print(f"{kind:34}{forward:9.3f} {backward:9.3f}")


if __name__ == "__main__":
    main()
