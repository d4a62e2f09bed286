#!/usr/bin/env python3
"""Times tsimcne's maps of free points against other programs' of the same rows, and measures both.

The rows are the first 50 principal components of Fashion-MNIST's 70,000 images, which are made once
and kept. Both sides are run in turn, a process each, for several rounds. Ours is the whole command:
it reads the rows, finds neighbours, makes the map and writes files and picture. Theirs is a fit
from an array in memory; of umap-learn a second one in one process, when all is compiled. Printed are the median seconds of
each and the median of the rounds' ratios with the smallest and the largest; then of each side's last
map the kNN accuracy (k = 15, each point among all others) and the trustworthiness (k = 15, of 2,000
points among all).

Needs Debian's dataset-fashion-mnist, a Python with numpy, scikit-learn, openTSNE and umap-learn, and
the program; scikit-learn's t-SNE takes a quarter of an hour and more, so name what is wanted:

    cmake --preset release && cmake --build --preset release
    benchmarks/against_layouts.py --rows fashion50.npy --only openTSNE
"""

import argparse
import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

IMAGES = pathlib.Path("/usr/share/datasets/fashion-mnist")
PARTS = ("train", "t10k")
COMPONENTS, NEIGHBOURS, SAMPLED = 50, 15, 2000

# name: (our options, their work and its arguments)
CASES = {
    "t-SNE against openTSNE": (["--method", "tsne"], ("open_tsne", None)),
    "t-SNE against scikit-learn": (["--method", "tsne"], ("scikit_tsne", None)),
    "UMAP against umap-learn without a seed": (["--method", "umap"], ("umap_learn", None)),
    "UMAP against umap-learn with a seed": (["--method", "umap"], ("umap_learn", 1)),
}


def pixels_of(part):
    with gzip.open(IMAGES / f"{part}-images-idx3-ubyte.gz") as file:
        return numpy.frombuffer(file.read()[16:], numpy.uint8).reshape(-1, 28 * 28)


def labels_of(part):
    with gzip.open(IMAGES / f"{part}-labels-idx1-ubyte.gz") as file:
        return numpy.frombuffer(file.read()[8:], numpy.uint8)


def make_rows(path):
    rows = numpy.concatenate([pixels_of(part) for part in PARTS]) / 255
    rows -= rows.mean(0)
    axes = numpy.linalg.eigh(rows.T @ rows)[1][:, ::-1][:, :COMPONENTS]
    numpy.save(path, (rows @ axes).astype(numpy.float32))


# ---- their side, in a process of its own ---------------------------------------------------------

def umap_learn(rows, seed):
    import umap
    for _ in range(2):  # the second counts
        start = time.perf_counter()
        points = umap.UMAP(n_neighbors=NEIGHBOURS, random_state=seed).fit_transform(rows)
        seconds = time.perf_counter() - start
    return seconds, points


def open_tsne(rows, _):
    import openTSNE
    start = time.perf_counter()
    points = openTSNE.TSNE(n_jobs=2, random_state=0).fit(rows)
    seconds = time.perf_counter() - start
    print(f"openTSNE's divergence: {points.kl_divergence:.4f}", file=sys.stderr)
    return seconds, numpy.asarray(points)


def scikit_tsne(rows, _):
    from sklearn.manifold import TSNE
    tsne = TSNE(n_jobs=2, init="pca", random_state=0)
    start = time.perf_counter()
    points = tsne.fit_transform(rows)
    seconds = time.perf_counter() - start
    print(f"scikit-learn's divergence: {tsne.kl_divergence_:.4f}", file=sys.stderr)
    return seconds, points


def run_theirs(work, rows, folder):
    points = f"{folder}/theirs.npy"
    command = [sys.executable, "-W", "ignore", __file__, "--rows", rows,
               "--theirs", json.dumps([*work, points])]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return float(output), numpy.load(points)


# ---- our side ------------------------------------------------------------------------------------

def run_ours(program, options, rows, folder):
    start = time.perf_counter()
    subprocess.run([program, "fit", rows, "-o", f"{folder}/run", "--force", *options], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    print(json.loads(pathlib.Path(f"{folder}/run/map.json").read_text())["note"], file=sys.stderr)
    return seconds, numpy.load(f"{folder}/run/map.npy")


# ---- what the maps are worth ---------------------------------------------------------------------

def accuracy(points, labels):
    """How many points have the label that most of their nearest others have."""
    from sklearn.neighbors import NearestNeighbors
    near = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(points).kneighbors(return_distance=False)
    votes = (labels[near][:, :, None] == numpy.arange(labels.max() + 1)).sum(1)
    return (votes.argmax(1) == labels).mean()


def trustworthiness(points, rows):
    """Of Venna and Kaski 2001, for some of the points among all."""
    from sklearn.metrics import pairwise_distances
    from sklearn.neighbors import NearestNeighbors
    n, k = len(rows), NEIGHBOURS
    chosen = numpy.random.default_rng(0).choice(n, min(n, SAMPLED), replace=False)
    near = NearestNeighbors(n_neighbors=k + 1).fit(points).kneighbors(points[chosen],
                                                                      return_distance=False)
    too_far = 0
    for i, others in zip(chosen, near):
        others = others[others != i][:k]
        distances = pairwise_distances(rows[i:i + 1], rows)[0]
        ranks = (distances < distances[others][:, None]).sum(1)  # itself is nearest of all
        too_far += numpy.maximum(0, ranks - k).sum()
    return 1 - 2 * too_far / (len(chosen) * k * (2 * n - 3 * k - 1))


# ---- both in turn --------------------------------------------------------------------------------

def compare(name, ours, theirs, rounds):
    our_seconds, their_seconds = [], []
    for i in range(rounds):
        print(f"\r{name}: round {i + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        seconds, our_points = ours()
        our_seconds.append(seconds)
        seconds, their_points = theirs()
        their_seconds.append(seconds)
    print("\r\033[K", end="", file=sys.stderr)
    ratios = [b / a for a, b in zip(our_seconds, their_seconds)]
    result = {"case": name, "ours": statistics.median(our_seconds),
              "theirs": statistics.median(their_seconds), "ratio": statistics.median(ratios),
              "smallest ratio": min(ratios), "largest ratio": max(ratios)}
    return result, our_points, their_points


def show(result):
    print(f"{result['case']}: {result['ours']:.1f} s and {result['theirs']:.1f} s, "
          f"{result['ratio']:.2f} x ({result['smallest ratio']:.2f} to "
          f"{result['largest ratio']:.2f})")
    for side in ("our", "their"):
        print(f"  {side} kNN accuracy {result[side + ' accuracy']:.4f}, "
              f"trustworthiness {result[side + ' trustworthiness']:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/tsimcne", help="what is timed")
    parser.add_argument("--rows", default="fashion50.npy", help="made where it is missing")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--theirs", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not os.path.exists(options.rows):
        make_rows(options.rows)
    rows = numpy.load(options.rows)
    if options.theirs:
        work, argument, path = json.loads(options.theirs)
        makers = {"umap_learn": umap_learn, "open_tsne": open_tsne, "scikit_tsne": scikit_tsne}
        seconds, points = makers[work](rows, argument)
        numpy.save(path, points)
        print(seconds)
        return

    labels = numpy.concatenate([labels_of(part) for part in PARTS])
    results = []
    for name, (ours, theirs) in CASES.items():
        if options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            result, *maps = compare(
                name, lambda: run_ours(options.program, ours, options.rows, folder),
                lambda: run_theirs(theirs, options.rows, folder), options.rounds)
        for side, points in zip(("our", "their"), maps):
            result[f"{side} accuracy"] = accuracy(points, labels)
            result[f"{side} trustworthiness"] = trustworthiness(points, rows)
        results.append(result)
        if not options.json:
            show(result)
    if options.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
