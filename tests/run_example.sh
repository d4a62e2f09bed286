#!/bin/sh
# Runs the examples on a few images that are made here, and looks at what they wrote.
# $1: map_images; $2: budgeted_run.
set -eu
where=$(mktemp -d)
trap 'rm -rf "$where"' EXIT

# An IDX folder (MNIST's format) of $2 images of 16 x 16 grey pixels.
write_images() {
  mkdir "$1"
  { printf '\0\0\010\003\0\0\0'; printf "\\$(printf %o "$2")"; printf '\0\0\0\020\0\0\0\020'
    head -c $((256 * $2)) /dev/urandom; } > "$1/train-images-idx3-ubyte"
  { printf '\0\0\010\001\0\0\0'; printf "\\$(printf %o "$2")"; head -c "$2" /dev/zero
  } > "$1/train-labels-idx1-ubyte"
}

write_images "$where/images" 24
write_images "$where/others" 2
"$1" "$where/images" "$where/others" "$where/map.png" "$where/places.csv"
test -s "$where/map.png"
test "$(wc -l < "$where/places.csv")" -eq 3

"$2" "$where/images" "$where/run"
test -s "$where/run/map.csv"
test -s "$where/run/model.safetensors"
