#!/usr/bin/env python3
"""Writes what umap-learn makes of a small case, for tests/graph and tests/layout to compare with.

usage: make_umap_fixture.py tests/data/umap.json

Needs numpy, scipy and umap-learn; the figures in the file are of the version that it names.
"""
import json
import sys
from pathlib import Path

import numpy as np
import umap
from umap.umap_ import (compute_membership_strengths, find_ab_params, fuzzy_simplicial_set,
                        smooth_knn_dist)

POINTS, WIDTH, NEW, NEIGHBORS = 200, 3, 10, 15


def distances(a, b):
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(2))


def exact_neighbors(points):
    """Each point first, then the nearest others; of equal distances the lower row."""
    among = distances(points, points)
    np.fill_diagonal(among, -1)
    indices = np.argsort(among, axis=1, kind="stable")[:, :NEIGHBORS]
    return indices, np.maximum(np.take_along_axis(among, indices, axis=1), 0).astype(np.float32)


def joins(points):
    """i, j and how strongly they are joined, i < j."""
    indices, near = exact_neighbors(points)
    graph = fuzzy_simplicial_set(points, NEIGHBORS, None, "euclidean", knn_indices=indices,
                                 knn_dists=near)[0].tocoo()
    return sorted([int(i), int(j), round(float(w), 6)]
                  for i, j, w in zip(graph.row, graph.col, graph.data) if i < j)


def weights_of_new(new, points):
    """As umap-learn's transform weighs them, in shares of the nearest's."""
    among = distances(new, points)
    indices = np.argsort(among, axis=1, kind="stable")[:, :NEIGHBORS]
    near = np.take_along_axis(among, indices, axis=1).astype(np.float32)
    sigmas, rhos = smooth_knn_dist(near, float(NEIGHBORS), local_connectivity=0.0)
    weights = compute_membership_strengths(indices, near, sigmas, rhos, bipartite=True)[2]
    weights = weights.reshape(len(new), NEIGHBORS)
    return np.round(weights / weights[:, :1], 6).tolist()


def main(target):
    random = np.random.default_rng(3)
    points = np.concatenate([random.normal(size=(POINTS // 2, WIDTH)),
                             4 + 0.2 * random.normal(size=(POINTS // 2, WIDTH))])
    points[20:24] = points[20]  # equal ones,
    points[40:60] = points[40]  # and more than are neighbours
    points, new = (np.round(x * 2**10) / 2**10 for x in (points, random.normal(size=(NEW, WIDTH))))
    document = {
        "about": f"umap-learn {umap.__version__}, numpy {np.__version__}",
        "neighbors": NEIGHBORS,
        "points": points.tolist(),
        "joins": joins(points),
        "new": new.tolist(),
        "weights_of_new": weights_of_new(new, points),
        "curves": [[x, *map(float, find_ab_params(1.0, x))] for x in (0.0, 0.01, 0.1, 0.5, 1.0)],
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items())
    target.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
