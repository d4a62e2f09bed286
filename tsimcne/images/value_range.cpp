#include "tsimcne/images/value_range.hpp"

#include <initializer_list>

namespace tsimcne {

Range range_for(const Extent& extent, bool is_float) {
  if (extent.least > extent.largest) return {};  // no finite number
  if (extent.least >= 0) {
    if (is_float && extent.largest <= 1) return {0, 1};
    for (const double white : {255.0, 1023.0, 4095.0, 16383.0, 65535.0}) {
      if (extent.largest <= white) return {0, white};
    }
  }
  return {extent.least, extent.largest > extent.least ? extent.largest : extent.least + 1};
}

}  // namespace tsimcne
