#include "tsimcne/explore/metadata.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/labels.hpp"

namespace tsimcne {
namespace {

constexpr int64_t most_bytes = int64_t{1} << 30;
constexpr size_t few_categories = 20, most_categories = 1000;
constexpr std::array<std::string_view, 5> key_names = {"path", "file", "filename", "image", "name"};

using Rows = std::vector<std::vector<std::string>>;

size_t find_key(const std::vector<std::string>& header) {
  for (const std::string_view name : key_names) {
    const auto found = std::ranges::find(header, name);
    if (found != header.end()) return static_cast<size_t>(found - header.begin());
  }
  return 0;
}

std::optional<float> number_in(const std::string& text) {
  float number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

/// All texts as numbers, NaN where there is none; nothing where one is no number, or all are empty.
std::optional<std::vector<float>> numbers_of(const std::vector<std::string>& texts) {
  std::vector<float> numbers;
  bool any = false;
  for (const std::string& text : texts) {
    const auto number = text.empty() ? std::numeric_limits<float>::quiet_NaN() : number_in(text);
    if (!number) return std::nullopt;
    any = any || !text.empty();
    numbers.push_back(*number);
  }
  if (!any) return std::nullopt;
  return numbers;
}

MetadataColumn column_of(std::string name, std::vector<std::string> texts) {
  if (auto numbers = numbers_of(texts)) return {std::move(name), std::move(*numbers)};
  Categories categories = categories_of(texts);
  const size_t known = static_cast<size_t>(
      std::ranges::count_if(categories.of_image, [](int32_t index) { return index >= 0; }));
  // Names, notes and the like have a text of their own for almost every image.
  const size_t count = categories.names.size();
  const bool repeat = count < known && (count <= few_categories || 2 * count <= known);
  if (repeat && count <= most_categories) {
    return {std::move(name), std::move(categories)};
  }
  return {std::move(name), std::move(texts)};
}

/// The row of each image, -1 where there is none.
std::vector<int64_t> match(const Rows& rows, size_t key, const Catalog& catalog,
                           const std::string& table) {
  std::unordered_map<std::string, int64_t> by_name;
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].size() != rows[0].size()) {
      fail("{} has {} fields in row {}; its header has {}", table, rows[i].size(), i + 1,
           rows[0].size());
    }
    const auto [entry, is_new] = by_name.try_emplace(rows[i][key], static_cast<int64_t>(i));
    if (!is_new) {
      fail("{} names {} in row {} and in row {}", table, rows[i][key], entry->second + 1, i + 1);
    }
  }
  std::vector<int64_t> matches;
  for (const std::string& path : catalog.paths) {
    matches.push_back(-1);
    for (const std::string& name : names_in_tables(path)) {
      const auto found = by_name.find(name);
      if (found == by_name.end()) continue;
      matches.back() = found->second;
      break;
    }
  }
  if (std::ranges::all_of(matches, [](int64_t row) { return row < 0; })) {
    fail("{}: the column \"{}\" of {} rows names none of the {} images; expected names like {}",
         table, rows[0][key], rows.size() - 1, catalog.size(), catalog.paths.front());
  }
  return matches;
}

}  // namespace

Categories categories_of(const std::vector<std::string>& texts) {
  Catalog catalog;
  set_labels(catalog, texts);
  return {std::move(catalog.labels), std::move(catalog.label_names)};
}

std::vector<MetadataColumn> read_metadata(const std::filesystem::path& table,
                                          const Catalog& catalog) {
  const std::string name = table.string();
  const Rows rows = parse_csv(read_whole_file(table, most_bytes), name);
  if (rows.size() < 2 || rows[0].size() < 2) {
    fail("{} has {} rows of {} columns; expected a header, and rows with an image's path and more",
         name, rows.size(), rows.empty() ? 0 : rows[0].size());
  }
  const size_t key = find_key(rows[0]);
  const std::vector<int64_t> matches = match(rows, key, catalog, name);
  std::vector<MetadataColumn> columns;
  for (size_t c = 0; c < rows[0].size(); ++c) {
    if (c == key) continue;
    std::vector<std::string> texts;
    for (const int64_t row : matches) {
      texts.push_back(row < 0 ? "" : rows[static_cast<size_t>(row)][c]);
    }
    columns.push_back(column_of(rows[0][c], std::move(texts)));
  }
  return columns;
}

}  // namespace tsimcne
