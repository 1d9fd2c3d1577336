"""Times a training step of the same networks in PyTorch: the yardstick for TrainingStepBenchmark.

    python bench/peer/training_step.py resnet18 --batch 64 --steps 10 --channels-last

Random images stay in memory; the step is forward, cross-entropy, backward and a fused SGD step with momentum. Run it in
turn with the benchmark, on a quiet machine, and compare medians.
"""

import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional


class LeNet(nn.Module):
    """(N, 1, 28, 28) -> (N, 10), as dev.gatun.model.Models.lenet."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        x = functional.relu(self.fc1(x.flatten(1)))
        return self.fc3(functional.relu(self.fc2(x)))


class Block(nn.Module):
    """A residual block of ResNet-18."""

    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = nn.Identity()
        if stride != 1 or inputs != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(y)) + self.downsample(x))


def resnet18():
    """(N, 3, 32, 32) -> (N, 10), with the stem for small images."""
    layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    for inputs, channels, stride in [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]:
        layers += [Block(inputs, channels, stride), Block(channels, channels, 1)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def main():
    parser = argparse.ArgumentParser(description="Times a training step in PyTorch.")
    parser.add_argument("network", choices=["lenet", "resnet18"])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model, image = (LeNet(), (1, 28, 28)) if options.network == "lenet" else (resnet18(), (3, 32, 32))
    images = torch.randn(options.batch, *image)
    labels = torch.randint(0, 10, (options.batch,))
    if options.channels_last:
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=True)

    seconds = []
    for _ in range(options.steps):
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - begin)
    median = statistics.median(seconds[len(seconds) // 4:])  # the first quarter warms up
    print(f"{options.network}, batch {options.batch}, {options.threads} threads, PyTorch {torch.__version__}: "
          f"{median * 1e3:.3f} ms, {options.batch / median:.0f} images/s")


if __name__ == "__main__":
    main()
