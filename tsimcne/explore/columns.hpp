#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace tsimcne {

/// Columns with an entry an image, as the page reads them: the bytes "TSIMCNE1", the length of a
/// JSON header as uint32, the header, zeros up to a multiple of 8, and the columns' values, each
/// from a multiple of 8 on. The header's "columns" tell name, type and offset of each. All numbers
/// are little-endian.
class Columns {
 public:
  using Json = nlohmann::ordered_json;

  explicit Columns(Json header) : header_(std::move(header)) { header_["columns"] = Json::array(); }

  /// `described` has the name and whatever else the header is to tell of the column.
  void add(Json described, std::span<const float> values);
  void add(Json described, std::span<const double> values);
  void add(Json described, std::span<const int32_t> values);
  void add(Json described, std::span<const uint32_t> values);
  /// n + 1 starts as uint32, then all texts.
  void add(Json described, std::span<const std::string> texts);

  std::string bytes() const;

 private:
  void append(Json described, const char* type, std::span<const std::byte> values);

  Json header_;
  std::string data_;
};

}  // namespace tsimcne
