#pragma once

namespace tsimcne {

/// A rectangle of an image, in its pixels.
struct Crop {
  int top = 0, left = 0, height = 0, width = 0;

  bool operator==(const Crop&) const = default;
};

}  // namespace tsimcne
