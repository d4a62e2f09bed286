#include "tsimcne/explore/columns.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace tsimcne {
namespace {

/// What a reader of the format finds.
struct Read {
  nlohmann::json header;
  std::string data;

  explicit Read(const std::string& bytes) {
    EXPECT_EQ(bytes.substr(0, 8), "TSIMCNE1");
    uint32_t length = 0;
    std::memcpy(&length, bytes.data() + 8, 4);
    header = nlohmann::json::parse(bytes.substr(12, length));
    data = bytes.substr((12 + length + 7) / 8 * 8);
  }
  template <typename T>
  std::vector<T> values(size_t column, size_t count) const {
    std::vector<T> result(count);
    const size_t offset = header["columns"][column]["offset"];
    EXPECT_EQ(offset % 8, 0);
    EXPECT_LE(offset + count * sizeof(T), data.size());
    std::memcpy(result.data(), data.data() + offset, count * sizeof(T));
    return result;
  }
};

TEST(Columns, AreReadAsTheyWereAdded) {
  const std::vector<float> x{1.5f, -2, 3};
  const std::vector<int32_t> label{0, -1, 7};
  const std::vector<uint32_t> slot{4'000'000'000u, 1, 2};
  Columns columns(Columns::Json{{"count", 3}});
  columns.add({{"name", "x"}}, x);
  columns.add({{"name", "label"}, {"kind", "category"}}, label);
  columns.add({{"name", "slot"}}, slot);
  const Read read(columns.bytes());
  EXPECT_EQ(read.header["count"], 3);
  EXPECT_EQ(read.header["columns"][0]["type"], "f32");
  EXPECT_EQ(read.header["columns"][1]["kind"], "category");
  EXPECT_EQ(read.values<float>(0, 3), x);
  EXPECT_EQ(read.values<int32_t>(1, 3), label);
  EXPECT_EQ(read.values<uint32_t>(2, 3), slot);
}

TEST(Columns, TextsMayBeEmptyAndOfAnyBytes) {
  const std::vector<std::string> texts{"", "größe", "", "\xff\xfe", "日本"};
  Columns columns(Columns::Json{{"count", 5}});
  columns.add({{"name", "\xff odd"}}, texts);
  const Read read(columns.bytes());
  const auto starts = read.values<uint32_t>(0, 6);
  const size_t from = read.header["columns"][0]["offset"].get<size_t>() + 6 * 4;
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(read.data.substr(from + starts[i], starts[i + 1] - starts[i]), texts[i]);
  }
  EXPECT_EQ(read.header["columns"][0]["bytes"], 6 * 4 + starts[5]);
}

}  // namespace
}  // namespace tsimcne
