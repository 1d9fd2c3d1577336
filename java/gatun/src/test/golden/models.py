"""Writes dev/gatun/model/models.txt: what PyTorch 2.13.0 makes of the models of torchvision 0.28 and timm 1.0.29.

    python models.py > ../resources/dev/gatun/model/models.txt

A line "model NAME HEIGHT CLASSES BATCH SEED PARAMETERS" begins a model; "variable NAME SHAPE" lines follow, one for each
tensor of its state_dict but counters; then "rounding VALUE", how far PyTorch's own gradients in float32 are from those
in float64, the largest distance of a parameter's two gradients relative to its norm; "loss VALUE", "gradient NAME NORM
PROJECTION" for each parameter, and
"losses" before and after a step of SGD, all in float64. Elements are made of the names, so that they need not be stored: the i-th
of a tensor is pseudo-random from the CRC-32 of its name and i. A projection is the product with such a tensor of unit
norm. Dropout is off. The images of the deeper networks
are those, of some forty seeds, with which no activation is so near to the corner of a ReLU that rounding decides.
"""
import copy
import math
import zlib

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)

import timm
import torchvision


def noise(name, *shape):
    """Uniform in [-1, 1), a multiple of 2^-23, which f32 holds exactly."""
    count = math.prod(shape)
    i = torch.arange(count, dtype=torch.int64)
    mixed = (i * 2654435761 + zlib.crc32(name.encode())) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 3266489917) & 0xFFFFFFFF
    mixed = mixed ^ (mixed >> 16)
    return ((mixed >> 8).to(torch.float64) / 2**23 - 1).reshape(shape)


def start(name, tensor):
    """Weights keep the variance of what they read; scales are near 1; all are rounded to f32."""
    values = noise(name, *tensor.shape)
    if name.endswith("running_mean"):
        values = values * 0
    elif name.endswith("running_var"):
        values = values * 0 + 1
    elif tensor.dim() == 1:
        values = values * 0.1 + (1 if name.endswith("weight") else 0)
    elif name.endswith("weight"):
        values = values * math.sqrt(3 / math.prod(tensor.shape[1:]))
    else:
        values = values * 0.1
    return values.to(torch.float32).to(torch.float64)


class Preactivated(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        if inputs != channels or stride != 1:
            self.convShortcut = nn.Conv2d(inputs, channels, 1, stride, 0, bias=False)

    def forward(self, x):
        normal = F.relu(self.bn1(x))
        residual = self.conv2(F.relu(self.bn2(self.conv1(normal))))
        return residual + (self.convShortcut(normal) if hasattr(self, "convShortcut") else x)


class Stage(nn.Module):
    def __init__(self, inputs, channels, blocks, stride):
        super().__init__()
        self.layer = nn.Sequential(*(Preactivated(inputs if i == 0 else channels, channels, stride if i == 0 else 1)
                                     for i in range(blocks)))

    def forward(self, x):
        return self.layer(x)


class Wide(nn.Module):
    def __init__(self, depth, width, classes):
        super().__init__()
        n = (depth - 4) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.block1 = Stage(16, 16 * width, n, 1)
        self.block2 = Stage(16 * width, 32 * width, n, 2)
        self.block3 = Stage(32 * width, 64 * width, n, 2)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.fc = nn.Linear(64 * width, classes)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class Cifar(nn.Module):
    def __init__(self, n, classes):
        super().__init__()
        block = torchvision.models.resnet.BasicBlock

        def stage(inputs, channels, stride):
            shortcut = None if stride == 1 else nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
            return nn.Sequential(block(inputs, channels, stride, shortcut),
                                 *(block(channels, channels) for _ in range(n - 1)))

        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = stage(16, 16, 1)
        self.layer2 = stage(16, 32, 2)
        self.layer3 = stage(32, 64, 2)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


def small_resnet(model):
    channels = model.conv1.out_channels
    model.conv1 = nn.Conv2d(3, channels, 3, 1, 1, bias=False)
    model.maxpool = nn.Identity()
    return model


def small_mobilenet(model):
    model.features[0][0].stride = (1, 1)
    model.features[2].conv[1][0].stride = (1, 1)
    return model


def small_vgg(classes):
    model = torchvision.models.vgg11_bn(num_classes=classes)
    model.avgpool = nn.Identity()
    model.classifier = nn.Linear(512, classes)
    return model


def gradients(model, images, labels):
    model.zero_grad()
    F.cross_entropy(model(images), labels).backward()
    return {key: parameter.grad.double().clone() for key, parameter in model.named_parameters()}


def rounding(model, images, labels):
    """Parameters whose gradient is zero but for rounding, such as biases before a normalisation, are left out."""
    exact = gradients(model, images, labels)
    rounded = gradients(model.float(), images.float(), labels)
    largest = max(gradient.norm() for gradient in exact.values())
    return max(((rounded[key] - exact[key]).norm() / exact[key].norm()).item()
               for key in exact if exact[key].norm() > 1e-6 * largest)


def report(name, model, size, classes, batch, seed=0, proof=True):
    model = model.double().train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    parameters = dict(model.named_parameters())
    print("model", name, size, classes, batch, seed, sum(p.numel() for p in parameters.values()))
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                print("variable", key, "x".join(str(extent) for extent in tensor.shape))
                tensor.copy_(start(key, tensor))
    if not proof:
        return
    images = noise(f"images {seed}", batch, 3, size, size)
    labels = torch.arange(batch) * 7 % classes
    print("rounding", f"{rounding(copy.deepcopy(model), images, labels):.3g}")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    losses = []
    for step in range(2):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        if step == 0:
            print("loss", f"{loss.item():.12g}")
            for key, parameter in parameters.items():
                gradient = parameter.grad.flatten()
                direction = noise(key + " direction", gradient.numel())
                print("gradient", key, f"{gradient.norm():.9g} {gradient @ direction / direction.norm():.9g}")
        losses.append(loss.item())
        optimizer.step()
    print("losses", *(f"{value:.9g}" for value in losses))


MODELS = torchvision.models
report("resnet18", small_resnet(MODELS.resnet18(num_classes=10)), 32, 10, 4)
report("resnet18", MODELS.resnet18(), 224, 1000, 1, proof=False)
report("resnet34", MODELS.resnet34(num_classes=20), 64, 20, 4, seed=3)
report("resnet50", MODELS.resnet50(num_classes=20), 64, 20, 2, seed=8)
report("resnet50", MODELS.resnet50(), 224, 1000, 1, proof=False)
report("resnet20", Cifar(3, 10), 32, 10, 4, seed=1)
report("resnet32", Cifar(5, 10), 32, 10, 4, seed=3)
report("resnet56", Cifar(9, 10), 32, 10, 4, seed=5)
report("seresnet18", timm.create_model("seresnet18", num_classes=20), 64, 20, 4)
report("seresnet50", timm.create_model("seresnet50", num_classes=20), 64, 20, 2, seed=31)
report("mobilenet_v2", MODELS.mobilenet_v2(num_classes=20), 64, 20, 4, seed=17)
report("mobilenet_v2", small_mobilenet(MODELS.mobilenet_v2(num_classes=10)), 32, 10, 4, seed=2)
report("mobilenet_v2", MODELS.mobilenet_v2(), 224, 1000, 1, proof=False)
report("vgg11_bn", small_vgg(10), 32, 10, 4)
report("vgg11_bn", MODELS.vgg11_bn(), 224, 1000, 1, proof=False)
report("vit_tiny", timm.create_model("vit_tiny_patch16_224", img_size=64, num_classes=20), 64, 20, 4)
report("vit_tiny", timm.create_model("vit_tiny_patch16_224"), 224, 1000, 1, proof=False)
report("wrn16_2", Wide(16, 2, 10), 32, 10, 4)
report("wrn40_2", Wide(40, 2, 10), 32, 10, 4)
