#!/usr/bin/python3
"""Times tsimcne against PyTorch and torchvision doing the same work.

Each case is run by both in turn, a process each, for several rounds; what is printed is the median
rate of each and the median of the rounds' ratios with the smallest and the largest. Needs Debian's
python3-torch and python3-torchvision (scripts/setup.sh --pytorch), and the benchmarks built:

    cmake --preset release -DTSIMCNE_BENCHMARKS=ON && cmake --build --preset release
    benchmarks/against_pytorch.py --images cifar10.tar
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

BACKBONES = {
    "resnet18": (64, [(64, 2, 1), (128, 2, 2), (256, 2, 2), (512, 2, 2)]),
    "resnet-small": (32, [(32, 2, 2), (64, 2, 2), (128, 2, 2)]),
}
HIDDEN, DIMENSIONS, SIDE = 1024, 128, 32
EPOCH_IMAGES, BATCH = 5120, 512  # of the epoch's case

# name: (our program and its filter, PyTorch's work and its arguments)
CASES = {
    "training step, resnet18, 256 views": (
        ("training_step", "training_step/resnet18/256/real_time"), ("step", "resnet18", 256)),
    "training step, resnet-small, 1024 views": (
        ("training_step", "training_step/resnet-small/1024/real_time"),
        ("step", "resnet-small", 1024)),
    "views 32 to 32, one core": (
        ("views", "views/from:32/to:32/threads:1/real_time"), ("views", 32, 32)),
    "views 96 to 64, one core": (
        ("views", "views/from:96/to:64/threads:1/real_time"), ("views", 96, 64)),
    "loss with gradient, 8192 views, 2-D": (
        ("loss", "loss/cauchy/views/8192/dimensions/2/threads:2/real_time"), ("loss", 8192, 2)),
    "loss with gradient, 8192 views, 128-D": (
        ("loss", "loss/cauchy/views/8192/dimensions/128/threads:2/real_time"), ("loss", 8192, 128)),
    "placing images, resnet18": (
        ("transform", "transform/resnet18/real_time"), ("evaluation", "resnet18", 256)),
    "placing images, resnet-small": (
        ("transform", "transform/resnet-small/real_time"), ("evaluation", "resnet-small", 256)),
}
EPOCH = f"an epoch of {EPOCH_IMAGES} images, resnet-small"


# ---- PyTorch's side, each in a process of its own ------------------------------------------------

def network_of(name):
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, channels_in, channels, stride):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False),
                nn.BatchNorm2d(channels), nn.ReLU(inplace=True),
                nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))
            self.shortcut = nn.Identity()
            if stride != 1 or channels_in != channels:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(channels_in, channels, 1, stride, bias=False),
                    nn.BatchNorm2d(channels))

        def forward(self, x):
            return torch.relu_(self.body(x) + self.shortcut(x))

    stem, groups = BACKBONES[name]
    layers = [nn.Conv2d(3, stem, 3, 1, 1, bias=False), nn.BatchNorm2d(stem),
              nn.ReLU(inplace=True)]
    channels_in = stem
    for channels, blocks, stride in groups:
        for i in range(blocks):
            layers.append(Block(channels_in, channels, stride if i == 0 else 1))
            channels_in = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(channels_in, HIDDEN), nn.ReLU(),
                         nn.Linear(HIDDEN, DIMENSIONS))


def cauchy_loss(z):
    """InfoNCE with the Cauchy kernel, as one writes it with tensors."""
    import torch
    half = len(z) // 2
    log_similarities = -torch.log1p(torch.cdist(z, z).square())
    attraction = -log_similarities.diagonal(half).mean()
    itself = torch.eye(len(z), dtype=torch.bool)
    repulsion = log_similarities.masked_fill(itself, -torch.inf).logsumexp(1).mean()
    return attraction + repulsion


def train(network, optimizer, views):
    import torch
    loss = cauchy_loss(network(views))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(network.parameters(), 4)
    optimizer.step()


def optimizer_of(network):
    import torch
    return torch.optim.SGD(network.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)


def rate_of(work, items, seconds):
    """Items a second over at least `seconds`, after two runs to warm up."""
    work(), work()
    runs, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        work()
        runs += 1
    return runs * items / (time.perf_counter() - start)


def step(backbone, views):
    import torch
    network = network_of(backbone)
    optimizer, x = optimizer_of(network), torch.rand(views, 3, SIDE, SIDE)
    return {"rate": rate_of(lambda: train(network, optimizer, x), views, 4)}


def evaluation(backbone, batch):
    import torch
    network, x = network_of(backbone).eval(), torch.rand(batch, 3, SIDE, SIDE)
    with torch.no_grad():
        return {"rate": rate_of(lambda: network(x), batch, 3)}


def natural_views(side):
    from torchvision import transforms
    return transforms.Compose([
        transforms.RandomResizedCrop(side, scale=(0.2, 1)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8),
        transforms.RandomGrayscale(p=0.2),
        transforms.ToTensor(),
    ])


def views(side, out_side):
    import numpy
    import torch
    from PIL import Image
    torch.set_num_threads(1)
    draw, random = natural_views(out_side), numpy.random.default_rng(1)
    images = [Image.fromarray(random.integers(0, 256, (side, side, 3), dtype=numpy.uint8))
              for _ in range(256)]
    return {"rate": rate_of(lambda: [draw(image) for image in images], len(images), 2)}


def peak_memory():
    """The most memory that this process has had, in bytes."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024


def loss(count, dimensions):
    import torch
    z = torch.randn(count, dimensions, requires_grad=True)
    before = peak_memory()

    def work():
        z.grad = None
        cauchy_loss(z).backward()

    rate = rate_of(work, count, 3)
    return {"rate": rate, "memory": peak_memory() - before}


def epoch(archive):
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset

    class Pairs(Dataset):
        def __init__(self):
            self.draw, self.images = natural_views(SIDE), []
            with tarfile.open(archive) as tar:
                for member in tar:
                    if len(self.images) == EPOCH_IMAGES:
                        break
                    if member.isfile():
                        data = tar.extractfile(member).read()
                        self.images.append(Image.open(io.BytesIO(data)).convert("RGB"))

        def __len__(self):
            return len(self.images)

        def __getitem__(self, i):
            return self.draw(self.images[i]), self.draw(self.images[i])

    network = network_of("resnet-small")
    optimizer = optimizer_of(network)
    loader = DataLoader(Pairs(), BATCH, shuffle=True, num_workers=os.cpu_count(),
                        persistent_workers=True)
    for _ in range(2):  # the second counts
        start = time.perf_counter()
        for first, second in loader:
            train(network, optimizer, torch.cat([first, second]))
        seconds = time.perf_counter() - start
    return {"rate": 2 * EPOCH_IMAGES / seconds}


def run_pytorch(work, arguments):
    text = json.dumps([work, *arguments])
    command = [sys.executable, __file__, "--pytorch", text]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


# ---- our side ------------------------------------------------------------------------------------

def run_ours(build, program, benchmark):
    command = [f"{build}/benchmarks/benchmark_{program}", f"--benchmark_filter=^{benchmark}$",
               "--benchmark_min_time=2", "--benchmark_format=json"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL).stdout
    found = json.loads(output)["benchmarks"]
    if not found:
        sys.exit(f"{command[0]} has no benchmark {benchmark}")
    result = {"rate": found[0]["items_per_second"]}
    if "peak_mib" in found[0]:
        result["memory"] = found[0]["peak_mib"] * 2**20
    return result


def run_our_epoch(build, archive):
    with tempfile.TemporaryDirectory() as folder:
        run = f"{folder}/run"
        subprocess.run(
            [f"{build}/tsimcne", "fit", archive, "-o", run, "--limit", str(EPOCH_IMAGES),
             "--batch", str(BATCH), "--backbone", "resnet-small", "--recipe", "paper",
             "--epochs", "2,0,0"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(f"{run}/metrics.jsonl") as metrics:
            return {"rate": json.loads(metrics.readlines()[1])["views_per_second"]}


# ---- both in turn --------------------------------------------------------------------------------

def compare(name, ours, theirs, rounds):
    our_rounds, their_rounds = [], []
    for i in range(rounds):
        print(f"\r{name}: round {i + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        our_rounds.append(ours())
        their_rounds.append(theirs())
    print("\r\033[K", end="", file=sys.stderr)
    median = lambda results, key: statistics.median(result[key] for result in results)
    ratios = [a["rate"] / b["rate"] for a, b in zip(our_rounds, their_rounds)]
    result = {"case": name, "ours": median(our_rounds, "rate"),
              "pytorch": median(their_rounds, "rate"), "ratio": statistics.median(ratios),
              "smallest ratio": min(ratios), "largest ratio": max(ratios)}
    if "memory" in our_rounds[0]:
        result["our peak MiB"] = median(our_rounds, "memory") / 2**20
        result["their peak MiB"] = median(their_rounds, "memory") / 2**20
    return result


def show(result):
    line = (f"{result['case']:40} {result['ours']:12,.1f}/s {result['pytorch']:12,.1f}/s "
            f"{result['ratio']:7.2f} x ({result['smallest ratio']:.2f} to "
            f"{result['largest ratio']:.2f})")
    if "our peak MiB" in result:
        line += f", {result['our peak MiB']:.1f} MiB against {result['their peak MiB']:.0f}"
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where tsimcne was built")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--images", help="a .tar of images of 32 x 32, for the epoch's case")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--pytorch", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pytorch:
        import torch
        torch.set_num_threads(os.cpu_count())
        work, *arguments = json.loads(options.pytorch)
        side = {"step": step, "views": views, "loss": loss, "evaluation": evaluation,
                "epoch": epoch}[work]
        print(json.dumps(side(*arguments)))
        return

    cases = [(name, lambda ours=ours: run_ours(options.build, *ours),
              lambda theirs=theirs: run_pytorch(theirs[0], theirs[1:]))
             for name, (ours, theirs) in CASES.items()]
    if options.images:
        cases.append((EPOCH, lambda: run_our_epoch(options.build, options.images),
                      lambda: run_pytorch("epoch", [options.images])))
    results = []
    for name, ours, theirs in cases:
        if options.only in name:
            results.append(compare(name, ours, theirs, options.rounds))
            if not options.json:
                show(results[-1])
    if options.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
