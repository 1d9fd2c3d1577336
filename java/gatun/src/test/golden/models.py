"""Writes dev/gatun/model/models.txt: what PyTorch 2.13.0 makes of the models of torchvision 0.28 and timm 1.0.29.

    python models.py > ../resources/dev/gatun/model/models.txt

A line "model NAME SIZE CLASSES BATCH SEED PARAMETERS" begins a model; "variable NAME SHAPE" lines follow, one for each
tensor of its state_dict but counters; then "rounding VALUE", how far PyTorch's own gradients in float32 are from those
in float64, the largest distance of a parameter's two gradients relative to its norm, of four runs; "gradient NAME NORM
PROJECTION" for each parameter, "losses" before and after steps of SGD, all in float64, and "drift VALUE", how far
PyTorch's losses in float32 are from these at most, relative to the first. "reference STEPS" marks the models that are
so small that the reference runs them, for so many steps. Elements are made of the names, so that they need not be
stored: the i-th of a tensor is pseudo-random from the CRC-32 of its name and i. A projection is the product with such a
tensor of unit norm. Dropout is off. The images of the deeper networks are those, of some forty seeds, with which few
activations are so near to the corner of a ReLU that rounding decides.
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


class Double(nn.Sequential):
    """Twice a convolution, a normalisation and a ReLU."""

    def __init__(self, inputs, channels):
        super().__init__(nn.Conv2d(inputs, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
                         nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU())


class Down(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.conv = Double(inputs, channels)

    def forward(self, x):
        return self.conv(F.max_pool2d(x, 2))


class Up(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, channels, 2, 2)
        self.conv = Double(2 * channels, channels)

    def forward(self, x, level):
        return self.conv(torch.cat([level, self.up(x)], 1))


class UNet(nn.Module):
    def __init__(self, classes, width):
        super().__init__()
        self.inc = Double(3, width)
        for i in range(1, 5):
            setattr(self, f"down{i}", Down(width << i - 1, width << i))
        for i in range(1, 5):
            setattr(self, f"up{i}", Up(width << 5 - i, width << 4 - i))
        self.outc = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        levels = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3, self.down4):
            levels.append(down(levels[-1]))
        x = levels.pop()
        for up in (self.up1, self.up2, self.up3, self.up4):
            x = up(x, levels.pop())
        return self.outc(x)


class Reflected(nn.Module):
    def __init__(self, inputs, channels, kernel, stride=1, scale=1):
        super().__init__()
        self.scale, self.pad = scale, kernel // 2
        self.conv2d = nn.Conv2d(inputs, channels, kernel, stride)

    def forward(self, x):
        x = F.interpolate(x, scale_factor=self.scale, mode="nearest") if self.scale > 1 else x
        return self.conv2d(F.pad(x, [self.pad] * 4, mode="reflect"))


class Residue(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = Reflected(channels, channels, 3), Reflected(channels, channels, 3)
        self.in1, self.in2 = nn.InstanceNorm2d(channels, affine=True), nn.InstanceNorm2d(channels, affine=True)

    def forward(self, x):
        return self.in2(self.conv2(F.relu(self.in1(self.conv1(x))))) + x


class Style(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = Reflected(3, width, 9)
        self.conv2 = Reflected(width, 2 * width, 3, 2)
        self.conv3 = Reflected(2 * width, 4 * width, 3, 2)
        for i in range(1, 6):
            setattr(self, f"res{i}", Residue(4 * width))
        self.deconv1 = Reflected(4 * width, 2 * width, 3, scale=2)
        self.deconv2 = Reflected(2 * width, width, 3, scale=2)
        self.deconv3 = Reflected(width, 3, 9)
        for i, channels in enumerate((width, 2 * width, 4 * width, 2 * width, width)):
            setattr(self, f"in{i + 1}", nn.InstanceNorm2d(channels, affine=True))

    def forward(self, x):
        for i in (1, 2, 3):
            x = F.relu(getattr(self, f"in{i}")(getattr(self, f"conv{i}")(x)))
        for i in range(1, 6):
            x = getattr(self, f"res{i}")(x)
        x = F.relu(self.in4(self.deconv1(x)))
        return self.deconv3(F.relu(self.in5(self.deconv2(x))))


class Characters(nn.Module):
    def __init__(self, characters, width, hidden, layers):
        super().__init__()
        self.embedding = nn.Embedding(characters, width)
        self.lstm = nn.LSTM(width, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, characters)

    def forward(self, x):
        return self.fc(self.lstm(self.embedding(x))[0]).transpose(1, 2)


def counted(factor, classes, *shape):
    return (torch.arange(math.prod(shape)) * factor % classes).reshape(shape)


def classified(size, classes, batch, seed):
    return noise(f"images {seed}", batch, 3, size, size), counted(7, classes, batch), F.cross_entropy


def segmented(size, classes, batch, seed):
    return noise(f"images {seed}", batch, 3, size, size), counted(7, classes, batch, size, size), F.cross_entropy


def drawn(size, classes, batch, seed):
    return noise(f"images {seed}", batch, 3, size, size), noise(f"targets {seed}", batch, 3, size, size), F.mse_loss


def written(size, classes, batch, seed):
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


def descend(model, inputs, targets, loss, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    losses = []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        value = loss(model(inputs), targets)
        value.backward()
        losses.append(value.item())
        optimizer.step()
    return losses


def report(name, model, size, classes, batch, seed=0, proof=True, task=classified, reference=0):
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
    inputs, targets, loss = task(size, classes, batch, seed)
    print("rounding", f"{rounding(copy.deepcopy(model), inputs, targets, loss):.3g}")
    for key, gradient in gradients(copy.deepcopy(model), inputs, targets, loss).items():
        gradient = gradient.flatten()
        direction = noise(key + " direction", gradient.numel())
        print("gradient", key, f"{gradient.norm():.12g} {gradient @ direction / direction.norm():.12g}")
    steps = 10 if reference else 1
    rounded = [descend(copy.deepcopy(model).float(), near, single(targets), loss, steps) for near in nearby(inputs)]
    losses = descend(model, inputs, targets, loss, steps)
    print("losses", *(f"{value:.12g}" for value in losses))
    print("drift", f"{max(abs(a - b) for run in rounded for a, b in zip(losses, run)) / losses[0]:.3g}")
    if reference:
        print("reference", reference)


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
report("resnet20", Cifar(3, 10), 8, 10, 2, reference=10)
report("mobilenet_v2", small_mobilenet(MODELS.mobilenet_v2(num_classes=10)), 16, 10, 2, reference=1)
report("wrn16_2", Wide(16, 2, 10), 8, 10, 2, reference=1)
report("u_net_narrow", UNet(5, 4), 32, 5, 2, task=segmented, reference=10)
report("u_net", UNet(2, 64), 32, 2, 1, proof=False)
report("style_transfer_narrow", Style(4), 16, 3, 2, task=drawn, reference=10)
report("style_transfer", Style(32), 32, 3, 1, proof=False)
report("character_lstm", Characters(20, 6, 9, 2), 7, 20, 3, task=written, reference=10)
