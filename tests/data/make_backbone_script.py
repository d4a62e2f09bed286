#!/usr/bin/env python3
"""Writes backbone.pt, the TorchScript backbone that the tests train (PyTorch 1.13).

usage: make_backbone_script.py OUTPUT

It has what a backbone may have: convolutions with batch norm, a layer that draws random numbers, a
buffer that is replaced in every step, and a parameter that no image reaches.
"""
import io
import sys
import zipfile

import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        self.dropout = nn.Dropout(0.1)
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.unused = nn.Parameter(torch.ones(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.steps = self.steps + 1
        x = self.layer1(torch.relu(self.bn1(self.conv1(x))))
        return self.dropout(x.mean([2, 3]))


torch.manual_seed(1)
buffer = io.BytesIO()
torch.jit.save(torch.jit.script(Backbone()), buffer)
with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(sys.argv[1], "w") as small:
    for entry in whole.infolist():
        if not entry.filename.endswith(".debug_pkl"):  # lines of source, for backtraces alone
            small.writestr(entry, whole.read(entry))
