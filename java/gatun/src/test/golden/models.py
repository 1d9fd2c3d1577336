"""Writes dev/gatun/model/models.txt: what PyTorch 2.13.0 makes of the models of torchvision 0.28 and timm 1.0.29.

    python models.py > ../resources/dev/gatun/model/models.txt

"count NAME CHANNELS SIZE CLASSES PARAMETERS" says how many a network of published sizes has; a text has no channels,
SIZE steps and CLASSES characters. A line "model NAME STEM CHANNELS SIZE CLASSES BATCH SEED PARAMETERS" begins a model;
"variable NAME SHAPE" lines follow, one for each tensor of its state_dict but counters, with a factor behind those that
begin smaller; then "rounding VALUE", how far PyTorch's own gradients in float32 are from those in float64, the largest
distance of a parameter's two gradients relative to its norm, of four runs; "gradient NAME NORM PROJECTION" for each
parameter, "rate" and "losses", those before and after ten steps of SGD, all in float64, and "drift VALUE", how far
PyTorch's losses in float32 are from these at most, relative to the first. "reference STEPS" says how many of them the
reference takes. Elements are made of the names, so that they need not be stored: the i-th of a tensor is pseudo-random
from the CRC-32 of its name and i. A projection is the product with such a tensor of unit norm. Dropout is off.

In float32 a deep network strays from float64 for two reasons, and both are kept small, so that one bound holds for all.
Each normalisation amplifies what was rounded before it, most of all one over few numbers: there are eight at least, and
residuals begin at a tenth of their scale, much as blocks that begin as nothing (Goyal et al., 2017). ResNet-50's
gradients are then off by 5e-6 in place of 4e-2. And where rounding moves an activation over the corner of a ReLU,
gradients change at once by the share of that activation: images are small, and the first seed is taken (from 7 and 18
on for MobileNetV2) with which no gradient is off by more than 3e-5. MobileNetV2, half of whose blocks have no residual,
moves in small steps: at a hundred times the rate PyTorch's own losses stray by 2.5e-3.
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

from networks import (Characters, Cifar, Lenet, Mlp, Preactivated, small_mobilenet,
                      small_resnet, small_vgg, Style, UNet, Wide)


STEPS = 10
QUIET = 0.1
ROUNDING = 3e-5
SEEDS = 40


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


def quiet(model):
    """The last scales of residuals, by name."""
    names = set()
    for name, module in model.named_modules():
        kind = type(module).__name__
        if kind == "BasicBlock":
            names.add(name + ".bn2.weight")
        elif kind == "Bottleneck":
            names.add(name + ".bn3.weight")
        elif kind == "InvertedResidual" and module.use_res_connect:
            names.add(f"{name}.conv.{len(module.conv) - 1}.weight")
        elif kind == "Preactivated":
            names.add(name + ".conv2.weight")
    return names


def counted(factor, classes, *shape):
    return (torch.arange(math.prod(shape)) * factor % classes).reshape(shape)


def classified(channels, size, classes, batch, seed):
    return noise(f"images {seed}", batch, channels, size, size), counted(7, classes, batch), F.cross_entropy


def segmented(channels, size, classes, batch, seed):
    return noise(f"images {seed}", batch, channels, size, size), counted(7, classes, batch, size, size), F.cross_entropy


def drawn(channels, size, classes, batch, seed):
    shape = batch, channels, size, size
    return noise(f"images {seed}", *shape), noise(f"targets {seed}", *shape), F.mse_loss


def written(channels, size, classes, batch, seed):
    return counted(5, classes, batch, size), counted(7, classes, batch, size), F.cross_entropy


def gradients(model, inputs, targets, loss):
    model.zero_grad()
    loss(model(inputs), targets).backward()
    return {key: parameter.grad.double().clone() for key, parameter in model.named_parameters()}


def single(tensor):
    return tensor.float() if tensor.dtype.is_floating_point else tensor


def nearby(inputs):
    """The inputs in float32, and three times inputs a few units of the last place away: where rounding moves an
    activation over the corner of a ReLU, gradients change at once, and one run in float32 alone does not show it."""
    if not inputs.dtype.is_floating_point:
        return [inputs]
    return [single(inputs), *(single(inputs * (1 + 2**-21 * noise(f"nearby {i}", *inputs.shape))) for i in range(3))]


def rounding(model, inputs, targets, loss):
    """Parameters whose gradient is zero but for rounding, such as biases before a normalisation, are left out."""
    exact = gradients(model, inputs, targets, loss)
    largest = max(gradient.norm() for gradient in exact.values())
    model = model.float()
    worst = 0
    for near in nearby(inputs):
        rounded = gradients(model, near, single(targets), loss)
        worst = max([worst, *(((rounded[key] - exact[key]).norm() / exact[key].norm()).item()
                              for key in exact if exact[key].norm() > 1e-6 * largest)])
    return worst


def descend(model, inputs, targets, loss, rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    losses = []
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        value = loss(model(inputs), targets)
        value.backward()
        losses.append(value.item())
        optimizer.step()
    return losses


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


def count(name, model, channels, size, classes):
    print("count", name, channels, size, classes, parameters(model))


def begin(model):
    """Sets the variables of a model, and returns the factors of those that begin smaller."""
    factors = {name: QUIET for name in quiet(model)}
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                tensor.copy_((start(key, tensor) * factors.get(key, 1)).to(torch.float32))
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return factors


def report(name, model, size, classes, batch, seed=0, stem="auto", channels=3, task=classified, reference=STEPS,
           rate=0.001):
    model = model.double().train()
    factors = begin(model) if batch else {}
    off = rounding(copy.deepcopy(model), *task(channels, size, classes, batch, seed)) if batch else 0
    while off > ROUNDING and seed < SEEDS:
        seed += 1
        off = rounding(copy.deepcopy(model), *task(channels, size, classes, batch, seed))
    print("model", name, stem, channels, size, classes, batch, seed, parameters(model))
    for key, tensor in model.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            shape = "x".join(str(extent) for extent in tensor.shape)
            print("variable", key, shape, *([factors[key]] if key in factors else []))
    if not batch:
        return
    inputs, targets, loss = task(channels, size, classes, batch, seed)
    print("rounding", f"{off:.3g}")
    for key, gradient in gradients(copy.deepcopy(model), inputs, targets, loss).items():
        gradient = gradient.flatten()
        direction = noise(key + " direction", gradient.numel())
        print("gradient", key, f"{gradient.norm():.11g} {gradient @ direction / direction.norm():.11g}")
    rounded = descend(copy.deepcopy(model).float(), single(inputs), single(targets), loss, rate)
    losses = descend(model, inputs, targets, loss, rate)
    print("rate", rate)
    print("losses", *(f"{value:.11g}" for value in losses))
    print("drift", f"{max(abs(a - b) for a, b in zip(losses, rounded)) / losses[0]:.3g}")
    print("reference", reference)


def main():
    zoo, vit = torchvision.models, "vit_tiny_patch16_224"
    with torch.device("meta"):  # no memory, no numbers
        count("lenet", Lenet(1, 10), 1, 28, 10)
        count("mlp", Mlp(784, 10), 1, 28, 10)
        for name in ("resnet18", "resnet34", "resnet50", "mobilenet_v2", "vgg11_bn"):
            count(name, getattr(zoo, name)(), 3, 224, 1000)
        for name, published in (("seresnet18", "seresnet18"), ("seresnet50", "seresnet50"), ("vit_tiny", vit)):
            count(name, timm.create_model(published), 3, 224, 1000)
        for name, n in (("resnet20", 3), ("resnet32", 5), ("resnet56", 9)):
            count(name, Cifar(n, 10), 3, 32, 10)
        count("wrn16_2", Wide(16, 2, 10), 3, 32, 10)
        count("wrn40_2", Wide(40, 2, 10), 3, 32, 10)
        count("unet", UNet(2, 64), 3, 32, 2)
        count("style_transfer", Style(32), 3, 32, 3)
        count("char_lstm", Characters(128, 128, 128, 2), 0, 50, 128)
        report("vgg11_bn", zoo.vgg11_bn(), 224, 1000, 0)
        report("unet", UNet(2, 64), 32, 2, 0)
        report("style_transfer", Style(32), 32, 3, 0)

    report("lenet", Lenet(1, 10), 28, 10, 4, channels=1)
    report("mlp", Mlp(784, 10), 28, 10, 4, channels=1)
    report("resnet18", small_resnet(zoo.resnet18(num_classes=10)), 16, 10, 2, reference=0)
    report("resnet34", zoo.resnet34(num_classes=10), 64, 10, 2, stem="standard", reference=0)
    report("resnet50", small_resnet(zoo.resnet50(num_classes=10)), 16, 10, 2, reference=0)
    report("resnet20", Cifar(3, 10), 8, 10, 2)
    report("resnet32", Cifar(5, 10), 8, 10, 2, reference=1)
    report("resnet56", Cifar(9, 10), 8, 10, 2, reference=1)
    report("seresnet18", timm.create_model("seresnet18", num_classes=10), 64, 10, 2, stem="standard", reference=0)
    report("seresnet50", small_resnet(timm.create_model("seresnet50", num_classes=10)), 16, 10, 2, reference=0)
    report("mobilenet_v2", small_mobilenet(zoo.mobilenet_v2(num_classes=10)), 16, 10, 2, seed=7, reference=0,
           rate=1e-5)
    report("mobilenet_v2", zoo.mobilenet_v2(num_classes=10), 64, 10, 2, seed=18, stem="standard", reference=0,
           rate=1e-5)
    report("vgg11_bn", small_vgg(10), 32, 10, 2, reference=0)
    report("vit_tiny", timm.create_model(vit, img_size=32, num_classes=10), 32, 10, 2, stem="standard", reference=0)
    report("wrn16_2", Wide(16, 2, 10), 8, 10, 2, reference=1)
    report("wrn40_2", Wide(40, 2, 10), 8, 10, 2, reference=0)
    report("unet_narrow", UNet(5, 4), 32, 5, 2, task=segmented)
    report("style_transfer_narrow", Style(4), 16, 3, 2, task=drawn)
    report("char_lstm_narrow", Characters(20, 6, 9, 2), 7, 20, 3, channels=0, task=written)


if __name__ == "__main__":
    main()
