#!/usr/bin/python3
"""Writes backbone_cases.json: what torchvision's networks compute from weights made by a formula.

usage: make_backbone_cases.py OUTPUT   (needs torch and torchvision; made with 1.13.1 and 0.14.1)

The networks are torchvision's without their classifiers, with the first layers that small images
want. Nothing random enters, so the weights need not be kept: see HOW.
"""
import json
import math
import sys

import numpy as np
import torch
from torch import nn
from torchvision import models
from torchvision.models.resnet import BasicBlock
from torchvision.ops import StochasticDepth

HOW = (
    "Integers are of 32 bits and wrap. p = FNV-1a of the tensor's name in torchvision's "
    "state_dict; h = 2654435769 i + p for the flat index i; then h ^= h >> 16, h *= 2246822507, "
    "h ^= h >> 13, h *= 3266489909, h ^= h >> 16; u = (h >> 8) / 2^24; v = 2 u - 1. In float32: "
    "weights of more than one dimension are v sqrt(6 / fan_in), fan_in = the numbers of one output "
    "channel; weights of one dimension gain (1 + v / 8), gain being the network's; biases and "
    "running_mean v / 8; running_var 1 + v / 8. Images are 8 x 3 x 32 x 32, u of the name "
    "\"images\". evaluation: the first numbers of the features of the first two images, and the "
    "norm of all of those. training: then a pass of all images in training mode, with stochastic "
    "depth off; the same of its features, and the norm of the last running_mean after it. The gain "
    "makes features of order one. Multiply-adds are of one image, convolutions alone."
)
SHOWN = 16


def small_resnet():
    """resnet-small, of torchvision's blocks."""
    net = models.resnet18()
    net.conv1, net.bn1 = nn.Conv2d(3, 32, 3, 1, 1, bias=False), nn.BatchNorm2d(32)
    net.inplanes, net.maxpool, net.layer4 = 32, nn.Identity(), nn.Identity()
    for i, channels in enumerate((32, 64, 128)):
        setattr(net, f"layer{i + 1}", net._make_layer(BasicBlock, channels, 2, stride=2))
    net.fc = nn.Identity()
    return net


def fast_resnet(blocks):
    """resnet-fast and resnet-fast-deep, of torchvision's blocks."""
    net = models.resnet18()
    net.conv1 = nn.Conv2d(3, 64, 4, 2, 1, bias=False)
    net.inplanes, net.maxpool, net.layer4 = 64, nn.Identity(), nn.Identity()
    for i, (channels, stride) in enumerate(((64, 1), (128, 2), (256, 2))):
        setattr(net, f"layer{i + 1}", net._make_layer(BasicBlock, channels, blocks, stride=stride))
    net.fc = nn.Identity()
    return net


def resnet(make, for_small_images):
    net = make()
    net.fc = nn.Identity()
    if for_small_images:
        net.conv1, net.maxpool = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.Identity()
    return net


def mobile(make):
    net = make()
    net.classifier = nn.Identity()
    net.features[0][0].stride = (1, 1)
    for module in net.modules():
        if isinstance(module, StochasticDepth):
            module.p = 0.0
    return net


def networks():
    yield "resnet-fast", fast_resnet(1)
    yield "resnet-fast-deep", fast_resnet(2)
    yield "resnet-small", small_resnet()
    for depth in (18, 34, 50, 101):
        make = getattr(models, f"resnet{depth}")
        yield f"resnet{depth}", resnet(make, True)
        yield f"resnet{depth}-imagenet", resnet(make, False)
    for size in ("small", "large"):
        yield f"mobilenetv3-{size}", mobile(getattr(models, f"mobilenet_v3_{size}"))
    for size in "sml":
        yield f"efficientnetv2-{size}", mobile(getattr(models, f"efficientnet_v2_{size}"))


def uniform(name, shape):
    p = 2166136261
    for byte in name.encode():
        p = (p ^ byte) * 16777619 & 0xFFFFFFFF
    h = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(2654435769) + np.uint32(p)
    h ^= h >> np.uint32(16)
    h *= np.uint32(2246822507)
    h ^= h >> np.uint32(13)
    h *= np.uint32(3266489909)
    h ^= h >> np.uint32(16)
    u = (h >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24)
    return torch.from_numpy(u.reshape(shape))


def fill(net, gain):
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        v = 2 * uniform(name, tuple(tensor.shape)) - 1
        if tensor.dim() > 1:
            v *= np.float32(math.sqrt(6 / tensor[0].numel()))
        elif name.endswith("weight"):
            v = np.float32(gain) * (1 + v / 8)
        elif name.endswith("running_var"):
            v = 1 + v / 8
        else:
            v = v / 8
        tensor.copy_(v)


def set_gain(net, gain):
    """As fill, of the norms' weights alone, which is sooner done."""
    for name, module in net.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            v = 2 * uniform(f"{name}.weight", tuple(module.weight.shape)) - 1
            module.weight.copy_(np.float32(gain) * (1 + v / 8))


def find_gain(net, x):
    """The gain by which features are of order one, to three digits."""
    low, high = 0.1, 4.0
    while high / low > 1.002:
        gain = math.sqrt(low * high)
        set_gain(net, gain)
        size = net(x).square().mean().sqrt().item()
        low, high = (gain, high) if size < 1 else (low, gain)
    return round(low, 3)


def multiply_adds(net, x):
    total = 0

    def count(module, _, y):
        nonlocal total
        total += y.numel() * module.weight[0].numel()

    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, nn.Conv2d)]
    net(x[:1])
    for hook in hooks:
        hook.remove()
    return total


def shown(features):
    return {
        "first": [[round(value, 7) for value in row[:SHOWN].tolist()] for row in features],
        "norm": round(features.norm().item(), 6),
    }


def case(net):
    x = uniform("images", (8, 3, 32, 32))
    net.eval()
    fill(net, 1)
    gain = find_gain(net, x[:2])
    fill(net, gain)
    features = net(x[:2])
    result = {
        "gain": gain,
        "features": features.shape[1],
        "parameters": sum(parameter.numel() for parameter in net.parameters()),
        "multiply_adds": multiply_adds(net, x),
        "evaluation": shown(features),
    }
    print("  difference of two images", (features[0] - features[1]).abs().mean().item())
    net.train()
    result["training"] = shown(net(x)[:2])
    means = [tensor for name, tensor in net.state_dict().items() if name.endswith("running_mean")]
    result["training"]["running_mean_norm"] = round(means[-1].norm().item(), 6)
    return result


def main(output):
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    cases = {"how": HOW}
    for name, net in networks():
        cases[name] = case(net)
        print(name, cases[name]["gain"], cases[name]["parameters"], cases[name]["multiply_adds"])
    with open(output, "w", encoding="utf-8") as file:
        file.write(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
