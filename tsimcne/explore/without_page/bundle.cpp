#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {

const std::string_view page_head, page_tail, page_policy;

}  // namespace tsimcne
