#!/usr/bin/env bash
# Installs what tsimcne needs on Debian 12. Needs root or sudo; does nothing where all is there.
# --checks adds what only the project's own checks and benchmarks need, --pytorch what
# benchmarks/against_pytorch.py compares with.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config
  libtorch-dev libopenblas0-openmp libeigen3-dev
  libvips-dev libarchive-dev zlib1g-dev libjpeg-dev
  libcairo2-dev libpango1.0-dev fonts-dejavu-core
  libhwy-dev libdnnl-dev
  nlohmann-json3-dev libcli11-dev libfmt-dev libcpp-httplib-dev
  libgtest-dev python3-minimal python3-numpy
  dataset-fashion-mnist
)
if [[ "${1:-}" == "--checks" ]]; then
  packages+=(clang-format-16 clang-tidy-16 libomp-16-dev dpkg-dev file libbenchmark-dev chromium)
elif [[ "${1:-}" == "--pytorch" ]]; then
  packages+=(libbenchmark-dev python3-torch python3-torchvision)
fi

# The explorer's page needs node and npm, Debian's or another.
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

missing=()
for package in "${packages[@]}"; do
  [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] ||
    missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || {
    echo "setup.sh: run as root, or install sudo, to install: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
