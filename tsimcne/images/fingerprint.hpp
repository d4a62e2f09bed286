#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tsimcne {

/// A 64-bit hash of what is added, in its order: it notices change, it does not stop a forger.
class Fingerprint {
 public:
  Fingerprint& add(uint64_t number);
  /// The bytes and their count, so that "ab", "c" differs from "a", "bc".
  Fingerprint& add(std::span<const uint8_t> bytes);
  Fingerprint& add(std::string_view text);

  uint64_t value() const { return state_; }
  /// 16 hexadecimal digits.
  std::string hex() const;

 private:
  uint64_t state_ = 0x9E3779B97F4A7C15;
};

}  // namespace tsimcne
