#!/usr/bin/env bash
# Installs what is missing, builds, and makes a map of 70,000 images of clothes without their labels.
# usage: scripts/demo.sh [RUN [BUDGET]]
set -euo pipefail
cd "$(dirname "$0")/.."
run="${1:-runs/fashion}"
budget="${2:-5m}"
force=()
[[ $# -gt 0 ]] || force=(--force)  # the demo's own folder, and no other, is made anew

step() { printf '\n== %s (%d:%02d since the start)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

step "1 of 3: installing what is missing; on a fresh machine about 2 minutes"
scripts/setup.sh
step "2 of 3: building the program; the first time 5 to 9 minutes on two cores"
cmake --preset release -DTSIMCNE_TESTS=OFF >/dev/null
cmake --build --preset release --target tsimcne_program
step "3 of 3: learning the map; $budget"
build/release/tsimcne fit fashion-mnist -o "$run" "${force[@]}" --budget "$budget"
echo
build/release/tsimcne evaluate "$run"
step "Done"
echo "Look at the picture $run/map.png, or at map and images in a browser:"
echo "  build/release/tsimcne explore $run"
echo "The points are in $run/map.csv; place other images with"
echo "  build/release/tsimcne transform $run INPUT -o places.csv"
