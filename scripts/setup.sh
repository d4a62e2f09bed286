#!/usr/bin/env bash
# Installs what tsimcne needs on Debian 12 and 13. Needs root or sudo; does nothing where all is there.
# --package adds what makes a Debian package, --checks what only the project's own checks and benchmarks need
# (Debian 12), --pytorch what benchmarks/against_pytorch.py compares with, --fresh what scripts/check_fresh.sh
# needs.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config
  libtorch-dev libopenblas-openmp-dev libeigen3-dev
  libvips-dev libarchive-dev zlib1g-dev libjpeg-dev
  libcairo2-dev libpango1.0-dev fonts-dejavu-core
  libhwy-dev libdnnl-dev
  nlohmann-json3-dev libcli11-dev libfmt-dev libcpp-httplib-dev libssl-dev
  libgtest-dev python3-minimal python3-numpy
  dataset-fashion-mnist
)
case "${1:-}" in
  "") ;;
  --package) packages+=(dpkg-dev file) ;;
  --checks) packages+=(clang-format-16 clang-tidy-16 libomp-16-dev libbenchmark-dev chromium) ;;
  --pytorch) packages+=(libbenchmark-dev python3-torch python3-torchvision) ;;
  --fresh) packages=(debootstrap) ;;
  *)
    echo "setup.sh: \"$1\" is not known; it can be --package, --checks, --pytorch or --fresh" >&2
    exit 2
    ;;
esac

# The explorer's page needs node and npm, Debian's or another.
if [[ "${1:-}" != --fresh ]]; then
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
fi

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
"${as_root[@]}" apt-get update -q &&
  "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" || {
  echo "setup.sh: apt-get could not install ${missing[*]}: its messages above say why. It needs a network, and" \
    "Debian 12 or 13" >&2
  exit 1
}
