"""Times training steps of Gatun's networks in PyTorch: the yardstick for TrainingStepTable and TrainingStepBenchmark.

    python bench/peer/training_step.py resnet18 --size 32 --batch 64 --steps 10 --channels-last

The same images stay in memory; the step is forward, cross-entropy, backward and a fused SGD step with momentum, under
autocast with --precision bf16 or f16. Needs torch, and torchvision or timm where the network is theirs.

--serve is for a program that takes turns with it: the script writes "loss VALUE", that of the first batch with the
weights of --weights, a file of safetensors, and then answers each line N with "ms VALUE", the median of N steps.
"""
import argparse
import json
import pathlib
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "java/gatun/src/test/golden"))


def network(name, size, classes):
    """(N, 3, SIZE, SIZE) -> (N, CLASSES), or (N, 1, SIZE, SIZE) for lenet and mlp; small stems below 64 pixels."""
    import networks
    import torchvision
    small = size < 64
    if name == "lenet":
        return networks.Lenet(1, classes)
    if name == "mlp":
        return networks.Mlp(size * size, classes)
    if name in ("resnet20", "resnet32", "resnet56"):
        return networks.Cifar((int(name[6:]) - 2) // 6, classes)
    if name in ("wrn16_2", "wrn40_2"):
        return networks.Wide(int(name[3:5]), 2, classes)
    if name == "vgg11_bn":
        return networks.small_vgg(classes) if small else torchvision.models.vgg11_bn(num_classes=classes)
    if name == "mobilenet_v2":
        model = torchvision.models.mobilenet_v2(num_classes=classes)
        return networks.small_mobilenet(model) if small else model
    if name == "vit_tiny":
        import timm
        return timm.create_model("vit_tiny_patch16_224", img_size=size, num_classes=classes)
    if name in ("seresnet18", "seresnet50"):
        import timm
        model = timm.create_model(name, num_classes=classes)
    else:
        model = getattr(torchvision.models, name)(num_classes=classes)
    return networks.small_resnet(model) if small else model


def images(batch, channels, size):
    """The i-th element, channels last, is i * 2654435761 modulo 2^32, mapped to [-1, 1): the same as TrainingRun's."""
    i = torch.arange(batch * channels * size * size, dtype=torch.int64)
    return ((((i * 2654435761) & 0xFFFFFFFF) >> 8).double() / 2**23 - 1).float() \
        .reshape(batch, size, size, channels).permute(0, 3, 1, 2).contiguous()


def load(model, path):
    """Loads a file of safetensors with f32 and i64 tensors: eight bytes of length, a header as JSON, the elements."""
    data = pathlib.Path(path).read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    types = {"F32": torch.float32, "I64": torch.int64}
    state = {}
    for name, entry in json.loads(data[8:end]).items():
        if name != "__metadata__":
            begin, stop = entry["data_offsets"]
            state[name] = torch.frombuffer(bytearray(data[end + begin:end + stop]), dtype=types[entry["dtype"]]) \
                .reshape(entry["shape"])
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        sys.exit(f"{path}: missing {missing}, unexpected {unexpected}")


def trainer(options):
    model = network(options.network, options.size, options.classes)
    for module in model.modules():  # Gatun's loss is compared with the first one
        if isinstance(module, nn.Dropout) and options.serve:
            module.p = 0.0
    if options.weights:
        load(model, options.weights)
    x = images(options.batch, 1 if options.network in ("lenet", "mlp") else 3, options.size)
    labels = torch.arange(options.batch) * 7 % options.classes
    if options.channels_last:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=options.rate, momentum=0.9, fused=True)
    narrow = {"f32": None, "bf16": torch.bfloat16, "f16": torch.float16}[options.precision]

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=narrow or torch.bfloat16, enabled=narrow is not None):
            loss = functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def milliseconds(step, steps):
    times = []
    for _ in range(steps):
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1e3)
    return times


def main():
    parser = argparse.ArgumentParser(description="Times a training step in PyTorch.")
    parser.add_argument("network")
    parser.add_argument("--size", type=int, default=32, help="of the square images")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precision", choices=["f32", "bf16", "f16"], default="f32")
    parser.add_argument("--rate", type=float, default=1e-7, help="small: the one batch is not learnt by heart")
    parser.add_argument("--weights")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    step = trainer(options)
    if options.serve:
        print(f"loss {step().item():.9g}", flush=True)
        for line in sys.stdin:
            print(f"ms {statistics.median(milliseconds(step, int(line))):.9g}", flush=True)
        return
    times = milliseconds(step, options.steps)
    median = statistics.median(times[len(times) // 4:])  # the first quarter warms up
    print(f"{options.network}, batch {options.batch}, {options.threads} threads, PyTorch {torch.__version__}: "
          f"{median:.3f} ms, {options.batch / median * 1e3:.0f} images/s")


if __name__ == "__main__":
    main()
