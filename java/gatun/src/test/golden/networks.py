"""PyTorch's twins of Gatun's networks where neither torchvision nor timm has them, and their stems for small images."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision


class Lenet(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(channels, 6, 5, 1, 2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv2(F.max_pool2d(F.relu(self.conv1(x)), 2))), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Mlp(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(inputs, 256), nn.Linear(256, 128), nn.Linear(128, classes)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


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
