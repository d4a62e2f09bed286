#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {

const PageText explorer_page_text, comparison_page_text;

}  // namespace tsimcne
