"""Writes the state_dicts in ../resources/dev/gatun/train: as PyTorch 2.13.0 and safetensors save them.

    python weights.py

net.safetensors is a small network after three batches of training, net-f16.safetensors and the like the same in other
types; net.txt has an image and what the network makes of it in evaluation, "image ..." and "logits ...". mixed.safetensors
holds one tensor of each type that PyTorch saves.
"""
import collections
import os

import torch
import torch.nn as nn
from safetensors.torch import save_file

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "dev", "gatun", "train")
torch.manual_seed(3)


def path(name):
    return os.path.join(FOLDER, name)


def words(tensor):
    return " ".join(f"{value:.9g}" for value in tensor.flatten().tolist())


net = nn.Sequential(collections.OrderedDict(
    conv1=nn.Conv2d(2, 4, 3, padding=1, bias=False), bn1=nn.BatchNorm2d(4), relu=nn.ReLU(),
    pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(4, 3)))
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
for _ in range(3):
    loss = nn.functional.cross_entropy(net(torch.randn(8, 2, 5, 5)), torch.randint(3, (8,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
net.eval()
image = torch.randn(1, 2, 5, 5)
with torch.no_grad(), open(path("net.txt"), "w") as text:
    print("image", words(image), file=text)
    print("logits", words(net(image)), file=text)
for name, dtype in [("", torch.float32), ("-f16", torch.float16), ("-bf16", torch.bfloat16), ("-f64", torch.float64)]:
    save_file({key: value.to(dtype) if value.is_floating_point() else value for key, value in net.state_dict().items()},
              path(f"net{name}.safetensors"), metadata={"format": "pt"})

numbers = torch.tensor([0.0, -1.5, 3.140625, 2.0**-14])
save_file({
    "f64": numbers.double(), "f32": numbers, "f16": numbers.half(), "bf16": numbers.bfloat16(),
    "i64": torch.tensor(-5), "i32": torch.tensor([1, -2], dtype=torch.int32),
    "i16": torch.tensor([300, -300], dtype=torch.int16), "i8": torch.tensor([1, -1], dtype=torch.int8),
    "u8": torch.tensor([255], dtype=torch.uint8), "bool": torch.tensor([True, False, True]),
    "f8_e4m3": numbers[:3].to(torch.float8_e4m3fn), "f8_e5m2": numbers[:3].to(torch.float8_e5m2),
    "c64": torch.tensor([1 - 2j]), "empty": torch.zeros(0, 3),
}, path("mixed.safetensors"))
