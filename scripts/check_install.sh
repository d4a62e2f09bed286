#!/usr/bin/env bash
# Installs the release build into a folder of its own, compiles each installed header by itself, builds and runs
# a project that finds the package there, and makes the Debian package.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --package
where="$(mktemp -d)"
trap 'rm -rf "$where"' EXIT
cmake --install build/release --prefix "$where/prefix" >/dev/null
"$where/prefix/bin/tsimcne" --version
"$where/prefix/bin/tsimcne" info --backbones >/dev/null
cmake -G Ninja -S examples/consumer -B "$where/build" -DCMAKE_PREFIX_PATH="$where/prefix" \
  -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$where/build"
"$where/build/consumer"
cmake -G Ninja -S tests/installed_headers -B "$where/headers" -DCMAKE_PREFIX_PATH="$where/prefix" >/dev/null
cmake --build "$where/headers"
(cd build/release && cpack -G DEB -B "$where/package" >/dev/null)
package="$(ls "$where"/package/*.deb)"
dpkg-deb --info "$package" | grep -E 'Package|Version|Depends'
grep '/usr/bin/tsimcne$' <<<"$(dpkg-deb --contents "$package")"
