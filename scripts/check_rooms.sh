#!/usr/bin/env bash
# Checks that rooms include downwards alone, and that torch stays where it belongs. Prints each line
# that does not, and fails.
set -euo pipefail
cd "$(dirname "$0")/.."

# What each room may include beside itself and the words of the ground floor.
declare -A below=(
  [files]=""
  [images]="files"
  [map]="files"
  [graph]=""
  [loss]=""
  [network]="files"
  [views]="images"
  [layout]="graph"
  [dictionary]="images layout"
  [measure]="graph map layout images"
  [picture]="files images map"
  [explore]="files map images graph"
  [train]="files images map graph loss network views layout dictionary"
  [methods]="files images map graph layout measure network views train"
  [run]="files images map layout measure picture explore methods train"
)

wrong=0
complain() { echo "$1" >&2; wrong=1; }

for folder in tsimcne/*/; do
  [[ -v "below[$(basename "$folder")]" ]] || complain "$folder is a room that this script does not know"
done
while IFS=: read -r file line; do
  room=$(cut -d/ -f2 <<<"$file")
  [[ -d tsimcne/$room ]] || room=words
  other=$(sed -E 's/.*"tsimcne\/([^"/]*)\/.*/\1/; t; s/.*/words/' <<<"$line")
  [[ "$other" == words || "$other" == "$room" ]] && continue
  [[ "$room" != words && " ${below[$room]} " == *" $other "* ]] ||
    complain "$file includes $other/, which is not below $room/"
done < <(grep -rHE '^#include "tsimcne/' tsimcne)

while IFS=: read -r file _; do
  complain "$file includes torch, which belongs to network, loss and train"
done < <(grep -rHE '^#include <(torch|ATen|c10)/' tsimcne | grep -vE '^tsimcne/(network|loss|train)/' || true)
while IFS=: read -r file _; do
  complain "$file includes the program"
done < <(grep -rHE '^#include "app/' tsimcne || true)
exit $wrong
