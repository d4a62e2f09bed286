#pragma once

#include <string>

namespace tsimcne {

/// An answer that is a refusal; thrown.
struct Refusal {
  int status;
  std::string sentence;
};

}  // namespace tsimcne
