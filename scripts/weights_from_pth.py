#!/usr/bin/env python3
"""Turns a PyTorch state dict into a file for `tsimcne fit --weights`.

usage: weights_from_pth.py [--normalized] WEIGHTS.pth OUTPUT.safetensors

--normalized: the weights are for images that are normalised with ImageNet's mean and standard deviation, as torchvision's
are. The first layer is changed so that images from 0 to 1 give the same.
"""
import json
import struct
import sys

import torch


def take_in_normalization(state):
    """conv((x - mean) / std) = conv'(x) - shift, but at the border; the norm subtracts its mean, so it takes the shift."""
    conv, norm = ("conv1", "bn1") if "conv1.weight" in state else ("features.0.0", "features.0.1")
    mean, std = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])[:, None, :, None, None]
    state[conv + ".weight"] = state[conv + ".weight"] / std
    state[norm + ".running_mean"] = state[norm + ".running_mean"] + (state[conv + ".weight"] * mean).sum([1, 2, 3])


def write_safetensors(state, path):
    header, data = {}, bytearray()
    for name, tensor in state.items():
        start = len(data)
        data += tensor.detach().float().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the data starts at a multiple of eight bytes
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    paths = [argument for argument in sys.argv[1:] if argument != "--normalized"]
    if len(paths) != 2:
        sys.exit(__doc__)
    weights = torch.load(paths[0], map_location="cpu", weights_only=True)
    if "--normalized" in sys.argv:
        take_in_normalization(weights)
    write_safetensors(weights, paths[1])
