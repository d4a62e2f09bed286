#include "tsimcne/measure/groups.hpp"

#include <algorithm>

namespace tsimcne {

Groups::Groups(std::span<const int32_t> labels) {
  std::vector<int32_t> values(labels.begin(), labels.end());
  std::ranges::sort(values);
  const auto [end, last] = std::ranges::unique(values);
  values.erase(end, last);
  count = std::ssize(values);
  for (const int32_t label : labels) {
    of_row.push_back(
        static_cast<int32_t>(std::ranges::lower_bound(values, label) - values.begin()));
  }
}

}  // namespace tsimcne
