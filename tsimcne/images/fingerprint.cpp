#include "tsimcne/images/fingerprint.hpp"

#include <fmt/format.h>

#include <cstring>

namespace tsimcne {

Fingerprint& Fingerprint::add(uint64_t number) {
  // Both factors are odd, so that every step is one-to-one in the state and in the number.
  state_ = (state_ ^ (number * 0xBF58476D1CE4E5B9)) * 0x94D049BB133111EB;
  state_ ^= state_ >> 29;
  return *this;
}

Fingerprint& Fingerprint::add(std::span<const uint8_t> bytes) {
  add(uint64_t{bytes.size()});
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    add(word);
  }
  uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  return add(rest);
}

Fingerprint& Fingerprint::add(std::string_view text) {
  return add(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

std::string Fingerprint::hex() const {
  return fmt::format("{:016x}", state_);
}

}  // namespace tsimcne
