#!/bin/sh
# Runs examples/map_images on a few images that are made here, and looks at what it wrote.
set -eu
where=$(mktemp -d)
trap 'rm -rf "$where"' EXIT
mkdir "$where/images" "$where/others"
i=0
while [ $i -lt 24 ]; do
  # A netpbm image of 16 x 16 grey pixels.
  { printf 'P5 16 16 255\n'; head -c 256 /dev/urandom; } > "$where/images/$i.pgm"
  i=$((i + 1))
done
cp "$where/images/3.pgm" "$where/images/7.pgm" "$where/others"
"$1" "$where/images" "$where/others" "$where/map.png" "$where/places.csv"
test -s "$where/map.png"
test "$(wc -l < "$where/places.csv")" -eq 3
