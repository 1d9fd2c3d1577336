"""Writes dev/gatun/reference/spatial.txt: PyTorch 2.13.0's layers of images, see figures.py.

    python spatial.py > ../resources/dev/gatun/reference/spatial.txt
"""
import torch
import torch.nn.functional as F

from figures import case, show, wave


def wave_images(*shape):
    return wave(0.1, *shape, scale=2)


def convolutions():
    """Results of one to three spatial axes; weights and biases as the layers have them."""
    def layer(name, module, *shape):
        weights = {key: wave(i + 1, *p.shape) for i, (key, p) in enumerate(module.named_parameters())}
        case(name, lambda x, **w: torch.func.functional_call(module, w, (x,)), wave_images(*shape), **weights)

    layer("conv1d", torch.nn.Conv1d(4, 3, 3, stride=2, padding=1, dilation=2), 2, 4, 9)
    layer("conv1d_groups", torch.nn.Conv1d(4, 6, 3, groups=2, padding="same"), 2, 4, 6)
    layer("conv2d", torch.nn.Conv2d(3, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), 2, 3, 6, 5)
    layer("conv2d_same", torch.nn.Conv2d(3, 4, (4, 3), dilation=(1, 2), padding="same", bias=False), 2, 3, 6, 5)
    layer("conv2d_valid", torch.nn.Conv2d(3, 4, 3, padding="valid"), 2, 3, 5, 4)
    layer("conv2d_depthwise", torch.nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=8, bias=False), 2, 8, 5, 4)
    case("conv2d_asymmetric", lambda x, weight, bias: F.conv2d(F.pad(x, (0, 3, 1, 2)), weight, bias, (1, 2)),
         wave_images(2, 3, 4, 5), weight=wave(1, 4, 3, 3, 2), bias=wave(2, 4))
    layer("conv3d", torch.nn.Conv3d(2, 4, (2, 3, 2), stride=(1, 2, 1), padding=(0, 1, 1), dilation=(2, 1, 1), groups=2),
          2, 2, 4, 5, 3)
    layer("conv_transpose1d", torch.nn.ConvTranspose1d(4, 3, 3, stride=3, padding=1, output_padding=2), 2, 4, 4)
    layer("conv_transpose2d", torch.nn.ConvTranspose2d(4, 6, (3, 2), stride=2, padding=(1, 0), output_padding=(1, 0),
                                                       dilation=(2, 1), groups=2), 2, 4, 3, 4)
    layer("conv_transpose2d_plain", torch.nn.ConvTranspose2d(3, 4, 3, padding=1, bias=False), 2, 3, 4, 3)
    case("conv_transpose2d_asymmetric", lambda x, weight, bias: F.conv_transpose2d(x, weight, bias, 2)[:, :, 1:-2, :-1],
         wave_images(2, 3, 3, 4), weight=wave(1, 3, 4, 3, 3), bias=wave(2, 4))
    layer("conv_transpose3d", torch.nn.ConvTranspose3d(3, 2, 2, stride=(2, 1, 2), output_padding=(1, 0, 0)),
          1, 3, 2, 3, 2)


def pools():
    line, plane, volume = wave_images(1, 2, 9), wave_images(1, 2, 6, 8), wave_images(1, 2, 4, 5, 3)
    case("max_pool1d", lambda x: F.max_pool1d(x, 3, 2, 1), line)
    case("max_pool2d_dilation", lambda x: F.max_pool2d(x, (2, 3), (1, 2), 1, (3, 1)), plane)
    case("max_pool2d_ceil", lambda x: F.max_pool2d(x, 3, 3, 1, ceil_mode=True), plane)
    case("max_pool2d_stride", lambda x: F.max_pool2d(x, 2, (3, 4)), plane)
    case("max_pool3d", lambda x: F.max_pool3d(x, (2, 3, 2), (1, 2, 2), (1, 0, 1)), volume)
    case("avg_pool1d", lambda x: F.avg_pool1d(x, 3, 2, 1), line)
    case("avg_pool1d_without_padding", lambda x: F.avg_pool1d(x, 4, 3, 2, count_include_pad=False), line)
    case("avg_pool2d_without_padding", lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), plane)
    case("avg_pool2d_ceil", lambda x: F.avg_pool2d(x, 3, 3, 1, ceil_mode=True), plane)
    case("avg_pool2d_ceil_without_padding",
         lambda x: F.avg_pool2d(x, (3, 4), (2, 3), 1, ceil_mode=True, count_include_pad=False), plane)
    case("avg_pool2d_stride", lambda x: F.avg_pool2d(x, 2, (3, 4)), plane)
    case("avg_pool3d", lambda x: F.avg_pool3d(x, 2, (1, 2, 3), 1), volume)
    case("avg_pool3d_ceil", lambda x: F.avg_pool3d(x, 3, 2, 1, ceil_mode=True), volume)
    case("global_avg_pool", lambda x: F.adaptive_avg_pool3d(x, 1), volume)
    case("global_max_pool", lambda x: F.adaptive_max_pool1d(x, 1), line)
    case("adaptive_avg_pool1d", lambda x: F.adaptive_avg_pool1d(x, 4), line)
    case("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, (4, 9)), plane)
    case("adaptive_avg_pool2d_multiple", lambda x: F.adaptive_avg_pool2d(x, (3, 2)), plane)
    case("adaptive_avg_pool3d", lambda x: F.adaptive_avg_pool3d(x, (3, 2, 2)), volume)
    case("adaptive_max_pool2d", lambda x: F.adaptive_max_pool2d(x, (4, 3)), plane)
    case("adaptive_max_pool3d", lambda x: F.adaptive_max_pool3d(x, (3, 3, 2)), volume)


def normalizations():
    rows, line = wave_images(4, 3), wave_images(2, 3, 5)
    plane, volume = wave_images(2, 3, 2, 3), wave_images(2, 3, 2, 2, 3)
    scales = {"weight": wave(1, 3), "bias": wave(2, 3)}
    for name, x in (("rows", rows), ("1d", line), ("2d", plane), ("3d", volume)):
        case(f"batch_norm_{name}", lambda x, weight, bias: F.batch_norm(x, None, None, weight, bias, True), x, **scales)
        case(f"batch_norm_{name}_frozen", lambda x, weight, bias: F.batch_norm(
            x, torch.zeros(3), torch.ones(3), weight, bias, False), x, **scales)
        case(f"batch_norm_{name}_plain", lambda x: F.batch_norm(x, None, None, training=True), x)
        case(f"group_norm_{name}", lambda x, weight, bias: F.group_norm(x, 3, weight, bias),
             wave_images(2, 6, *x.shape[2:]), weight=wave(1, 6), bias=wave(2, 6))
    for name, x in (("1d", line), ("2d", plane), ("3d", volume)):
        case(f"instance_norm_{name}", F.instance_norm, x)
        case(f"instance_norm_{name}_affine",
             lambda x, weight, bias: F.instance_norm(x, weight=weight, bias=bias, eps=1e-3), x, **scales)
        tracked(f"instance_norm_{name}_tracked", x, **scales)


def tracked(name, x, weight, bias):
    """Running statistics after one batch, and what they make of it in evaluation."""
    mean, variance = torch.zeros(3), torch.ones(3)
    case(name, lambda x, weight, bias: F.instance_norm(x, mean, variance, weight, bias, True, 0.25), x, weight=weight,
         bias=bias)
    show(name, "running_mean", mean)
    show(name, "running_var", variance)
    show(name, "evaluated", F.instance_norm(x, mean, variance, weight, bias, False))


convolutions()
pools()
normalizations()
