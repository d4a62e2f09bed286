#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/npy_stream.hpp"

namespace tsimcne {

namespace {

/// IEEE half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits.
struct Half {
  uint16_t bits;

  explicit operator float() const {
    const uint32_t sign = (bits & 0x8000u) << 16;
    const uint32_t exponent = (bits >> 10) & 31u, fraction = bits & 0x3ffu;
    if (exponent == 0) {  // zero and subnormals: fraction times 2^-24
      const float value = static_cast<float>(fraction) * 0x1p-24f;
      return sign != 0 ? -value : value;
    }
    const uint32_t wide = exponent == 31 ? 255 : exponent + 112;
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
  }
};

/// Calls visit with the elements of type Stored, which need not be aligned, as they stand.
template <typename Stored, typename Visit>
void visit_as(const NpyArray& array, Visit&& visit) {
  for (size_t at = 0; at + sizeof(Stored) <= array.bytes.size(); at += sizeof(Stored)) {
    Stored value;
    std::memcpy(&value, array.bytes.data() + at, sizeof(Stored));
    visit(value);
  }
}

/// Calls visit with each integer or bool; false for an array of another type.
template <typename Visit>
bool visit_integers(const NpyArray& array, Visit&& visit) {
  const std::string& type = array.dtype;
  if (type == "|b1" || type == "|u1") {
    visit_as<uint8_t>(array, visit);
  } else if (type == "|i1") {
    visit_as<int8_t>(array, visit);
  } else if (type == "<u2") {
    visit_as<uint16_t>(array, visit);
  } else if (type == "<i2") {
    visit_as<int16_t>(array, visit);
  } else if (type == "<u4") {
    visit_as<uint32_t>(array, visit);
  } else if (type == "<i4") {
    visit_as<int32_t>(array, visit);
  } else if (type == "<u8") {
    visit_as<uint64_t>(array, visit);
  } else if (type == "<i8") {
    visit_as<int64_t>(array, visit);
  } else {
    return false;
  }
  return true;
}

template <typename Visit>
bool visit_floats(const NpyArray& array, Visit&& visit) {
  if (array.dtype == "<f2") {
    visit_as<Half>(array, visit);
  } else if (array.dtype == "<f4") {
    visit_as<float>(array, visit);
  } else if (array.dtype == "<f8") {
    visit_as<double>(array, visit);
  } else {
    return false;
  }
  return true;
}

// A byte that is part of no UTF-8 character stands as this plus the byte.
constexpr char32_t lone_byte = 0xDC00;

void append_utf8(std::string& text, char32_t c) {
  const auto push = [&text](char32_t byte) { text += static_cast<char>(byte); };
  if (c >= lone_byte + 0x80 && c <= lone_byte + 0xff) {
    push(c - lone_byte);
  } else if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xc0 | c >> 6);
    push(0x80 | (c & 63));
  } else if (c < 0x10000) {
    push(0xe0 | c >> 12);
    push(0x80 | (c >> 6 & 63));
    push(0x80 | (c & 63));
  } else {
    push(0xf0 | c >> 18);
    push(0x80 | (c >> 12 & 63));
    push(0x80 | (c >> 6 & 63));
    push(0x80 | (c & 63));
  }
}

/// The character that starts `text`, which is not empty, and its bytes; a byte that starts none
/// stands for itself.
std::pair<char32_t, size_t> decode_utf8(std::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::pair<char32_t, size_t> lone{lone_byte + first, 1};
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return lone;
  char32_t c = first & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return lone;
    c = c << 6 | (byte(i) & 63u);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff) return lone;
  return {c, length};
}

std::u32string decode(std::string_view text) {
  std::u32string letters;
  while (!text.empty()) {
    const auto [c, length] = decode_utf8(text);
    letters += c;
    text.remove_prefix(length);
  }
  return letters;
}

std::string encode(std::span<const std::byte> ucs4, std::string_view name) {
  std::u32string letters(ucs4.size() / 4, U'\0');
  std::memcpy(letters.data(), ucs4.data(), ucs4.size());
  letters.erase(letters.find_last_not_of(U'\0') + 1);
  std::string text;
  for (const char32_t c : letters) {
    if (c > 0x10ffff) {
      fail("{} holds {:#x}, which is no unicode character", name, static_cast<uint32_t>(c));
    }
    append_utf8(text, c);
  }
  return text;
}

}  // namespace

bool holds_strings(const NpyArray& array) {
  return array.dtype.starts_with("<U") || array.dtype.starts_with("|S");
}

NpyArray strings_to_npy(std::span<const std::string> texts) {
  size_t longest = 1;  // numpy has no text type of length 0
  for (const std::string& text : texts) longest = std::max(longest, decode(text).size());
  NpyArray array{fmt::format("<U{}", longest), {static_cast<int64_t>(texts.size())}, {}};
  array.bytes.resize(texts.size() * longest * 4);
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::u32string letters = decode(texts[i]);
    std::memcpy(array.bytes.data() + i * longest * 4, letters.data(), letters.size() * 4);
  }
  return array;
}

std::vector<float> to_floats(const NpyArray& array, std::string_view name) {
  std::vector<float> values;
  values.reserve(static_cast<size_t>(array.size()));
  const auto append = [&values](auto value) { values.push_back(static_cast<float>(value)); };
  if (!visit_floats(array, append) && !visit_integers(array, append)) {
    fail("{} is of type '{}'; expected numbers", name, array.dtype);
  }
  return values;
}

std::vector<float> to_centred_floats(const NpyArray& array, std::string_view name) {
  std::vector<double> values;
  values.reserve(static_cast<size_t>(array.size()));
  const auto append = [&values]<typename Stored>(Stored value) {
    using Wide = std::conditional_t<std::is_same_v<Stored, Half>, float, Stored>;
    values.push_back(static_cast<double>(static_cast<Wide>(value)));
  };
  if (!visit_floats(array, append) && !visit_integers(array, append)) {
    fail("{} is of type '{}'; expected numbers", name, array.dtype);
  }
  const auto columns = static_cast<size_t>(array.shape.at(1));
  std::vector<float> centred(values.size());
  for (size_t column = 0; column < columns; ++column) {
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (size_t i = column; i < values.size(); i += columns) {
      if (!std::isfinite(values[i])) continue;
      least = std::min(least, values[i]);
      most = std::max(most, values[i]);
    }
    const double middle = least <= most ? least / 2 + most / 2 : 0;
    for (size_t i = column; i < values.size(); i += columns) {
      centred[i] = static_cast<float>(values[i] - middle);
    }
  }
  return centred;
}

std::vector<int64_t> to_integers(const NpyArray& array, std::string_view name) {
  std::vector<int64_t> values;
  values.reserve(static_cast<size_t>(array.size()));
  const bool known = visit_integers(array, [&](auto value) {
    if (!std::in_range<int64_t>(value)) fail("{} holds {}, past int64", name, value);
    values.push_back(static_cast<int64_t>(value));
  });
  if (!known) fail("{} is of type '{}'; expected integers", name, array.dtype);
  return values;
}

std::vector<std::string> to_strings(const NpyArray& array, std::string_view name) {
  if (!holds_strings(array)) fail("{} is of type '{}'; expected text", name, array.dtype);
  const auto item = static_cast<size_t>(item_bytes(array.dtype));
  std::vector<std::string> texts(static_cast<size_t>(array.size()));
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto bytes = std::span(array.bytes).subspan(i * item, item);
    if (array.dtype[1] == 'U') {
      texts[i] = encode(bytes, name);
    } else {
      texts[i].assign(reinterpret_cast<const char*>(bytes.data()), item);
      texts[i].erase(texts[i].find_last_not_of('\0') + 1);
    }
  }
  return texts;
}

}  // namespace tsimcne
