#!/usr/bin/env bash
# Installs what is missing, builds, and makes a map of 70,000 images of clothes without their labels.
set -euo pipefail
cd "$(dirname "$0")/.."
run="${1:-runs/fashion}"
scripts/setup.sh
cmake --preset release
cmake --build --preset release --target tsimcne_program
build/release/tsimcne fit fashion-mnist -o "$run" --force --budget 5m
echo
build/release/tsimcne evaluate "$run"
echo
echo "Look at $run/map.png. The points are in $run/map.csv; place other images with"
echo "  build/release/tsimcne transform $run INPUT -o places.csv"
