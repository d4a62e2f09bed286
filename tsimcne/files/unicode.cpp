#include "tsimcne/files/unicode.hpp"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

struct Free {
  void operator()(char* text) const { g_free(text); }
};
using Owned = std::unique_ptr<char, Free>;

std::string of_utf16(std::string_view bytes, bool low_byte_first, std::string_view name) {
  if (bytes.empty()) return "";
  std::vector<gunichar2> units;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    units.push_back(
        static_cast<gunichar2>(low_byte_first ? first | second << 8 : first << 8 | second));
  }
  const bool is_whole = bytes.size() % 2 == 0 && std::ranges::find(units, 0) == units.end();
  glong length = 0;
  const Owned text(is_whole
                       ? g_utf16_to_utf8(units.data(), std::ssize(units), nullptr, &length, nullptr)
                       : nullptr);
  if (!text) {
    fail("{} begins with the mark of UTF-16 and is not; save it as UTF-8", name);
  }
  return {text.get(), static_cast<size_t>(length)};
}

}  // namespace

std::string without_mark(std::string bytes, std::string_view name) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (bytes.starts_with("\xFF\xFE")) return of_utf16(std::string_view(bytes).substr(2), true, name);
  if (bytes.starts_with("\xFE\xFF")) {
    return of_utf16(std::string_view(bytes).substr(2), false, name);
  }
  return bytes;
}

bool is_utf8(std::string_view text) {
  return g_utf8_validate_len(text.data(), text.size(), nullptr) != 0;
}

std::string composed(std::string_view text) {
  const bool plain =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (plain || !is_utf8(text)) return std::string(text);
  const Owned normal(
      g_utf8_normalize(text.data(), static_cast<gssize>(text.size()), G_NORMALIZE_NFC));
  return normal ? normal.get() : std::string(text);
}

}  // namespace tsimcne
