#include "tsimcne/methods/method.hpp"

namespace tsimcne {

const std::vector<EpochRecord>& Method::history() const {
  static const std::vector<EpochRecord> none;
  return none;
}

std::string Method::words_of(const EpochRecord&) const {
  return "";
}

Fit fit_of(const Settings& settings) {
  return settings.text("fit") == "pad" ? Fit::pad : Fit::crop;
}

std::string Method::doubts(const Map&) const {
  return "";
}

}  // namespace tsimcne
