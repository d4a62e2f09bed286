#!/usr/bin/env bash
# clang-tidy over the sources of the rooms without torch: tidy.sh [REVISION], those alone that have
# changed since the revision. Needs build/release.
set -euo pipefail
cd "$(dirname "$0")/.."

sources() {
  if [[ $# -gt 0 ]] && git rev-parse --quiet --verify "$1^{commit}" >/dev/null; then
    git diff --name-only --diff-filter=d "$1" -- 'tsimcne/*.cpp'
  else
    git ls-files 'tsimcne/*.cpp'
  fi
}

sources "$@" | grep -vE 'tsimcne/(network|loss|train|explore/without_page)/' |
  xargs -r -P "$(nproc)" -n 2 clang-tidy-16 -p build/release --quiet
