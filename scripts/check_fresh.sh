#!/usr/bin/env bash
# Proves that a machine with nothing of ours gets from this commit to a map. In a bare Debian root it runs the
# README's commands on an archive of HEAD, then installs the package that was made there in a second bare root,
# without a compiler, and makes a map, a picture and a page. Says how long each step took. Needs root, and 8 GB.
#
# usage: scripts/check_fresh.sh [bookworm|trixie] [--quick]
#        scripts/check_fresh.sh --clean
# --quick runs the program's tests alone of all tests. --clean removes what was kept for the next time: the bare
# root as an archive, the packages that were fetched, and the last roots, in ~/.cache/tsimcne-fresh.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=bookworm
quick=false
for argument in "$@"; do
  case "$argument" in
    bookworm | trixie) suite=$argument ;;
    --quick) quick=true ;;
    --clean) suite=clean ;;
    *)
      echo "check_fresh.sh: \"$argument\" is not known; it can be bookworm, trixie, --quick or --clean" >&2
      exit 2
      ;;
  esac
done
((EUID == 0)) || {
  echo "check_fresh.sh: run as root, to make a Debian root and to go into it" >&2
  exit 1
}

kept="${XDG_CACHE_HOME:-$HOME/.cache}/tsimcne-fresh"
builder="$kept/$suite-builder"
user="$kept/$suite-user"

# A root has its own /proc and nothing else of this machine, so that removing it removes nothing else.
leave() {
  local root
  for root in "$kept"/*/; do
    ! mountpoint -q "${root}proc" || umount "${root}proc"
  done
}
remove() {
  leave
  rm -rf --one-file-system "$@"
}
trap leave EXIT

if [[ $suite == clean ]]; then
  remove "$kept"
  exit 0
fi

times=()
step() {
  local start=$SECONDS
  printf '\n==== %s: %s\n' "$suite" "$1"
  "${@:2}" || {
    printf '\n==== %s: failed: %s, in %s\n' "$suite" "$1" "$kept" >&2
    exit 1
  }
  times+=("$(printf '%3d min %02d s  %s' $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)) "$1")")
}

# What this machine needs to reach its network: the mirror, apt's own settings, certificates.
mirror() {
  local found
  found=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }')
  echo "${found:-http://deb.debian.org/debian/}"
}

make_archive() {
  scripts/setup.sh --fresh
  remove "$kept/$suite-base"
  debootstrap --variant=minbase "$suite" "$kept/$suite-base" "$(mirror)" >"$kept/debootstrap.log" || {
    tail -n 20 "$kept/debootstrap.log" >&2
    return 1
  }
  tar -C "$kept/$suite-base" -cf "$kept/$suite.tar.part" .
  mv "$kept/$suite.tar.part" "$kept/$suite.tar"
  remove "$kept/$suite-base"
}

make_root() {
  local root=$1
  remove "$root"
  mkdir -p "$root" "$kept/$suite-packages"
  tar -C "$root" -xf "$kept/$suite.tar"
  cp -l "$kept/$suite-packages/"*.deb "$root/var/cache/apt/archives/" 2>/dev/null || true
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  apt-config dump Acquire >"$root/etc/apt/apt.conf.d/99machine"
  echo 'APT::Keep-Downloaded-Packages "true";' >>"$root/etc/apt/apt.conf.d/99machine"
  rm -f "$root/etc/apt/apt.conf.d/docker-clean"
  if [[ -n "${NODE_EXTRA_CA_CERTS:-}" ]]; then cp "$NODE_EXTRA_CA_CERTS" "$root/etc/machine-certificates"; fi
  mount -t proc proc "$root/proc"
}

# inside ROOT COMMAND...: as a root's own user root, in the place of the source, with nothing of the environment
# but what the machine's processor and network ask for.
inside() {
  local root=$1 variable passed=()
  for variable in OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; do
    [[ -z "${!variable:-}" ]] || passed+=("$variable=${!variable}")
  done
  [[ ! -e "$root/etc/machine-certificates" ]] || passed+=(NODE_EXTRA_CA_CERTS=/etc/machine-certificates)
  chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive CCACHE_DIR=/ccache "${passed[@]}" \
    bash -ec 'cd "$0" 2>/dev/null || cd /; "$@"' "$PWD" "${@:2}"
}

# The source lies at the same place as here, so that one compiler cache serves both.
put_source() {
  mkdir -p "$builder$PWD" "$builder/ccache"
  git archive HEAD | tar -C "$builder$PWD" -xf -
  local cache
  cache=$(ccache --get-config cache_dir 2>/dev/null) || return 0
  [[ ! -d "$cache" ]] || cp -r --reflink=auto "$cache/." "$builder/ccache/"
}

keep_packages() {
  cp -n -l "$builder"/var/cache/apt/archives/*.deb "$kept/$suite-packages/" 2>/dev/null || true
}

demo() {
  inside "$builder" scripts/demo.sh /tmp/fashion 60s
  keep_packages
  local version
  version=$(inside "$builder" build/release/tsimcne --version)
  echo "$version"
  grep -q '^CPU engine *oneDNN [0-9]' <<<"$version"
}

tests() {
  if $quick; then
    inside "$builder" cmake --preset release -DTSIMCNE_TESTS=ON
    inside "$builder" cmake --build --preset release --target test_app
    inside "$builder" env -C build/release/tests ./test_app --gtest_brief=1 --gtest_filter='Command.*:Progress.*'
  else
    inside "$builder" scripts/test.sh
  fi
}

# Somebody who is not root and has no sudo, where all packages are there.
somebody() {
  chroot "$builder" chown -R nobody "$PWD"
  inside "$builder" setpriv --reuid nobody --clear-groups env HOME=/tmp scripts/setup.sh
  inside "$builder" setpriv --reuid nobody --clear-groups env HOME=/tmp CCACHE_DISABLE=1 scripts/demo.sh /tmp/theirs 5s
  chroot "$builder" chown -R root "$PWD"
}

# A network that is not there is said in a sentence.
offline() {
  inside "$builder" apt-get clean
  inside "$builder" dpkg -r --force-depends dataset-fashion-mnist
  local said
  if said=$(inside "$builder" unshare --net scripts/setup.sh 2>&1); then return 1; fi
  grep 'It needs a network' <<<"$said"
}

package() {
  inside "$builder" bash -c 'cd build/release && cpack -G DEB -B /package'
  mkdir -p "$user/package"
  cp "$builder"/package/*.deb "$user/package/"
  inside "$user" apt-get update -q
  inside "$user" bash -c 'apt-get install -y -q --no-install-recommends /package/*.deb dataset-fashion-mnist'
  ! inside "$user" bash -c 'command -v cc c++ gcc g++ cmake'
}

use_package() {
  inside "$user" tsimcne --version
  inside "$user" tsimcne fit fashion-mnist -o /tmp/map --limit 3000 --budget 30s
  inside "$user" tsimcne plot /tmp/map -o /tmp/map.pdf --style annotated
  inside "$user" tsimcne explore /tmp/map --export /tmp/map.html
  inside "$user" test -s /tmp/map/map.png -a -s /tmp/map.pdf -a -s /tmp/map.html
}

mkdir -p "$kept"
[[ -e "$kept/$suite.tar" ]] || step "a bare Debian, from the mirror" make_archive
step "a bare root" make_root "$builder"
put_source
step "scripts/demo.sh 60s: packages, program, map" demo
step "tests$($quick && echo ", the program's alone")" tests
step "scripts/check_install.sh" inside "$builder" scripts/check_install.sh
step "somebody who is not root" somebody
step "without a network" offline
step "a second bare root" make_root "$user"
step "the Debian package in it" package
step "a map, a picture and a page with it" use_package
printf '\n'
printf '%s\n' "${times[@]}"
