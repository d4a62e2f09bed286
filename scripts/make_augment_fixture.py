#!/usr/bin/env python3
"""Turns augment_cases.npz and .json (torchvision's own results) into what the C++ tests read.

usage: make_augment_fixture.py FOLDER_OF_CASES OUTPUT_FOLDER

Writes augment_cases.bin, the images' bytes (RGB, row after row) one after another, each image once,
and augment_cases.json, which names for every case its steps and where its images lie in the former.
"""
import json
import sys
from pathlib import Path

import numpy as np


def steps_of(case):
    if case["op"] != "chain":
        return [{key: value for key, value in case.items() if key != "case"}]
    return [step_of_words(step.replace("->", "").split()) for step in case["steps"]]


def step_of_words(words):
    op, numbers = words[0], words[1:]
    if op == "resized_crop":
        return {"op": op} | dict(zip(("top", "left", "height", "width", "out"), map(int, numbers)))
    return {"op": op} | ({"factor": float(numbers[0])} if numbers else {})


def main(source, target):
    document = json.loads((source / "augment_cases.json").read_text())
    images = np.load(source / "augment_cases.npz")
    offsets, size = {}, 0  # of every different image, by its bytes

    def place(array):
        nonlocal size
        data = array.tobytes()
        if data not in offsets:
            offsets[data] = size
            size += len(data)
        return {"offset": offsets[data], "height": array.shape[0], "width": array.shape[1]}

    cases = [{"name": case["case"], "steps": steps_of(case), "in": place(images[case["case"] + "_in"]),
              "out": place(images[case["case"] + "_out"])} for case in document["cases"]]
    (target / "augment_cases.bin").write_bytes(b"".join(offsets))
    lines = ",\n".join(json.dumps(case) for case in cases)
    about = json.dumps(document["about"])
    (target / "augment_cases.json").write_text(f'{{"about": {about}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
