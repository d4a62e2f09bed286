#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tsimcne {

/// Labels of any values as 0 .. count - 1, in the order of their values.
struct Groups {
  std::vector<int32_t> of_row;
  int64_t count = 0;

  explicit Groups(std::span<const int32_t> labels);
};

}  // namespace tsimcne
