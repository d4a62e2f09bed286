#!/usr/bin/env python3
"""Writes what scikit-learn and scipy measure of small cases, for tests/measure to compare with.

usage: make_measure_fixture.py tests/data/measures.json

Needs numpy, scipy and scikit-learn; the figures in the file are of the versions that it names.
"""
import json
import sys
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, silhouette_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import StandardScaler

IMAGES, CLASSES, WIDTH = 90, 3, 6


def make_case(random):
    """Overlapping classes of different sizes, their features, and a map of those."""
    labels = random.choice(CLASSES, IMAGES, p=[0.5, 0.3, 0.2])
    centres = random.normal(size=(CLASSES, WIDTH))
    features = centres[labels] + random.normal(size=(IMAGES, WIDTH)) + 3
    axes = np.linalg.svd(features - features.mean(0), full_matrices=False)[2][:2]
    points = (features - features.mean(0)) @ axes.T + 0.3 * random.normal(size=(IMAGES, 2))
    # Such numbers are the same in float and in the file, and no two distances are.
    return labels, *(np.round(x * 2**14) / 2**14 for x in (points, features))


def accuracy(rows, labels, train, test, k, metric):
    classifier = KNeighborsClassifier(k, metric=metric, algorithm="brute")
    return classifier.fit(rows[train], labels[train]).score(rows[test], labels[test])


def neighbours_kept(points, features, k):
    near, alike = (NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False) for x in (points, features))
    return np.mean([len(set(a) & set(b)) for a, b in zip(near, alike)]) / k


def distances_of_pairs(rows):
    i, j = np.triu_indices(len(rows), 1)
    return np.linalg.norm(rows[i] - rows[j], axis=1)


def probe(features, labels, train, test):
    scaler = StandardScaler().fit(features[train])
    model = LogisticRegression(C=1, solver="lbfgs", tol=1e-13, max_iter=100000)
    model.fit(scaler.transform(features[train]), labels[train])
    return {
        "weights": model.coef_.tolist(),
        "offsets": model.intercept_.tolist(),
        "accuracy": model.score(scaler.transform(features[test]), labels[test]),
    }


def agreement(a, b):
    return {
        "a": [int(x) for x in a],
        "b": [int(x) for x in b],
        "ari": adjusted_rand_score(a, b),
        "ami": adjusted_mutual_info_score(a, b),
    }


def main(target):
    random = np.random.default_rng(5)
    labels, points, features = make_case(random)
    order = random.permutation(IMAGES)
    train, test = np.sort(order[:60]), np.sort(order[60:])
    halves = [np.flatnonzero(labels[side] < 2) for side in (train, test)]
    means = KMeans(CLASSES, n_init=50, tol=0, max_iter=1000, random_state=0).fit(points)
    document = {
        "about": f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}",
        "labels": labels.tolist(),
        "points": points.tolist(),
        "features": features.tolist(),
        "train": train.tolist(),
        "test": test.tolist(),
        "accuracy": [
            {"k": k, "of": of, "metric": metric, "value": accuracy(rows, labels, train, test, k, metric)}
            for of, rows, metric in (
                ("points", points, "euclidean"), ("features", features, "euclidean"), ("features", features, "cosine"))
            for k in (1, 5, 15, 60)
        ],
        "silhouette": {"points": silhouette_score(points, labels), "features": silhouette_score(features, labels)},
        "k_means": {"inertia": means.inertia_, "clusters": means.labels_.tolist()},
        "agreement": [
            agreement(labels, means.labels_),
            agreement(labels, random.integers(0, 7, IMAGES)),
            agreement(labels, labels),
            agreement(labels, [0] * IMAGES),
            agreement(range(IMAGES), range(IMAGES)),
            agreement([0, 0, 1, 1], [0, 1, 0, 1]),
        ],
        "kept": [
            {
                "k": k,
                "neighbours": neighbours_kept(points, features, k),
                "trustworthiness": trustworthiness(features, points, n_neighbors=k),
                "continuity": trustworthiness(points, features, n_neighbors=k),
            }
            for k in (1, 5, 15, 44)
        ],
        "distance_correlation": spearmanr(distances_of_pairs(points), distances_of_pairs(features)).statistic,
        "probe": probe(features, labels, train, test),
        "probe_of_two": probe(features, labels, train[halves[0]], test[halves[1]]),
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items())
    target.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
