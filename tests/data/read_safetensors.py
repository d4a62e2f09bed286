"""Reads the safetensors file of tests/files/safetensors_test.cpp with numpy alone."""
import json
import struct
import sys

import numpy

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    data = file.read()
metadata = header.pop("__metadata__")
types = {"F32": "<f4", "I64": "<i8"}
arrays = {name: numpy.frombuffer(data[slice(*t["data_offsets"])], types[t["dtype"]]).reshape(t["shape"])
          for name, t in header.items()}
assert arrays["weight"].tolist() == [[1.5, -2, 3], [4, 5, 6]] and arrays["count"] == 42
assert metadata == {"recipe": "paper"}
