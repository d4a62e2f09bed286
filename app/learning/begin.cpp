#include "app/learning.hpp"

namespace tsimcne {

/// This is the program that learns.
void begin(char**) {}

}  // namespace tsimcne
