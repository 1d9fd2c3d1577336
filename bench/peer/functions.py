"""Times PyTorch's casts, functions of one variable, losses and paddings, forward and backward.

    python bench/peer/functions.py --threads 2

Shapes are those of TimedOperations, which dev.gatun.bench.OperationTable times in Gatun. Shortest times in ms.
"""

import argparse
import time

import torch
import torch.nn.functional as F

FUNCTIONS = {
    "exp": torch.exp,
    "log": torch.log,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "elu": F.elu,
    "softplus": F.softplus,
    "power 1.5": lambda x: torch.pow(x, 1.5),
    "power 1.7": lambda x: torch.pow(x, 1.7),
}


def shortest(call, rounds):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return 1e3 * best


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"torch {torch.__version__}, {arguments.threads} threads\n{'':34}{'forward':>9} {'backward':>9}")

    def alone(name, call):
        print(f"{name:34}{shortest(call, arguments.rounds):9.3f}")

    def both(name, function, x):
        x = x.clone().requires_grad_()
        y = function(x)
        diff = torch.ones_like(y)
        forward = shortest(lambda: function(x.detach()), arguments.rounds)
        backward = shortest(lambda: torch.autograd.grad(y, x, diff, retain_graph=True), arguments.rounds)
        print(f"{name:34}{forward:9.3f} {backward:9.3f}")

    images = torch.rand(16, 64, 56, 56) * 1.75 + 0.25
    target = torch.empty_like(images)
    alone("copy", lambda: target.copy_(images))
    for dtype, name in ((torch.bfloat16, "bf16"), (torch.float16, "f16")):
        narrow = images.to(dtype)
        alone(f"cast to {name}", lambda: images.to(dtype))
        alone(f"cast from {name}", lambda: narrow.float())
    for name, function in FUNCTIONS.items():
        both(name, function, images)
        both(f"{name} of bf16", function, images.bfloat16())
    labels = torch.randint(0, 1000, (512,))
    both("softmax_cross_entropy", lambda x: F.cross_entropy(x, labels), torch.randn(512, 1000))
    rows = torch.randn(4096, 768)
    both("dropout", lambda x: F.dropout(x, 0.5, True), rows)
    alone("argmax of rows", lambda: rows.argmax(1))
    alone("argmax of columns", lambda: rows.argmax(0))
    half = images[:, :32].contiguous(memory_format=torch.channels_last)
    alone("pad of channels, channels last", lambda: F.pad(half, (0, 0, 0, 0, 16, 16)))


if __name__ == "__main__":
    main()
