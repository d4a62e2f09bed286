#include "tsimcne/explore/columns.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "tsimcne/error.hpp"

namespace tsimcne {

static_assert(std::endian::native == std::endian::little);

namespace {

void pad(std::string& bytes) {
  bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
}

}  // namespace

void Columns::append(Json described, const char* type, std::span<const std::byte> values) {
  described["type"] = type;
  described["offset"] = data_.size();
  header_["columns"].push_back(std::move(described));
  data_.append(reinterpret_cast<const char*>(values.data()), values.size());
  pad(data_);
}

void Columns::add(Json described, std::span<const float> values) {
  append(std::move(described), "f32", std::as_bytes(values));
}

void Columns::add(Json described, std::span<const double> values) {
  append(std::move(described), "f64", std::as_bytes(values));
}

void Columns::add(Json described, std::span<const int32_t> values) {
  append(std::move(described), "i32", std::as_bytes(values));
}

void Columns::add(Json described, std::span<const uint32_t> values) {
  append(std::move(described), "u32", std::as_bytes(values));
}

void Columns::add(Json described, std::span<const std::string> texts) {
  std::vector<uint32_t> starts{0};
  std::string joined;
  for (const std::string& text : texts) {
    joined += text;
    if (joined.size() > std::numeric_limits<uint32_t>::max()) {
      fail("the column {} holds more than 4 GB of text", described.at("name").dump());
    }
    starts.push_back(static_cast<uint32_t>(joined.size()));
  }
  const auto head = std::as_bytes(std::span(starts));
  std::vector<std::byte> values(head.begin(), head.end());
  const auto body = std::as_bytes(std::span(joined));
  values.insert(values.end(), body.begin(), body.end());
  described["bytes"] = values.size();
  append(std::move(described), "text", values);
}

std::string Columns::bytes() const {
  // Names and values may be any bytes; those that are no UTF-8 are replaced.
  const std::string header = header_.dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto length = static_cast<uint32_t>(header.size());
  std::string result = "TSIMCNE1";
  result.append(reinterpret_cast<const char*>(&length), sizeof length);
  result += header;
  pad(result);
  return result + data_;
}

}  // namespace tsimcne
