#include "tsimcne/map/number_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/sheet.hpp"
#include "tsimcne/map/map_parts.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

/// Names and labels, where they are known.
Catalog catalog_of(int64_t rows, std::vector<std::string> names,
                   const std::vector<std::string>& labels) {
  Catalog catalog;
  names.resize(static_cast<size_t>(rows));
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) names[i] = fmt::format("row {}", i + 1);
  }
  catalog.paths = std::move(names);
  catalog.splits.resize(static_cast<size_t>(rows));
  std::vector<std::string> all = labels;
  all.resize(static_cast<size_t>(rows));
  set_labels(catalog, all);
  return catalog;
}

bool holds_rows(const NpyArray& array) {
  return array.shape.size() == 2 && !holds_strings(array);
}

/// Throws an Error where it is not clear which array is meant.
const NpyArray& rows_among(const std::map<std::string, NpyArray>& arrays, const fs::path& file) {
  for (const char* const name : {"features", "x", "X", "data", "xy"}) {
    const auto found = arrays.find(name);
    if (found != arrays.end() && holds_rows(found->second)) return found->second;
  }
  const auto is_one = [](const auto& entry) { return holds_rows(entry.second); };
  const auto count = std::ranges::count_if(arrays, is_one);
  if (count != 1) {
    fail("{} has {} arrays of two dimensions; expected one, or one called features", file.string(),
         count);
  }
  return std::ranges::find_if(arrays, is_one)->second;
}

/// The texts, or numbers as texts, of an array that may be missing.
std::vector<std::string> texts_of(const std::map<std::string, NpyArray>& arrays,
                                  std::initializer_list<const char*> names, int64_t rows,
                                  const fs::path& file) {
  for (const char* const name : names) {
    const auto found = arrays.find(name);
    if (found == arrays.end()) continue;
    const std::string what = fmt::format("{} in {}", name, file.string());
    check_rows(found->second.size(), rows, what);
    if (holds_strings(found->second)) return to_strings(found->second, what);
    std::vector<std::string> texts;
    for (const int64_t number : to_integers(found->second, what)) {
      texts.push_back(number < 0 ? "" : std::to_string(number));
    }
    return texts;
  }
  return {};
}

NumberRows read_npz_rows(const fs::path& file) {
  const std::map<std::string, NpyArray> arrays = read_npz(file);
  NumberRows rows;
  rows.numbers = to_matrix(rows_among(arrays, file), file.string());
  const int64_t n = rows.numbers.rows;
  rows.catalog = catalog_of(n, texts_of(arrays, {"paths", "names"}, n, file),
                            texts_of(arrays, {"labels", "label", "y"}, n, file));
  return rows;
}

bool is_called(const std::string& field, std::initializer_list<std::string_view> names) {
  std::string lower = field;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(names, lower) != names.end();
}

/// What the columns of a table are.
struct Columns {
  std::optional<size_t> name, label;
  std::vector<size_t> numbers;
  size_t first_row = 0;  // after a header
};

Columns columns_of(const Sheet& sheet) {
  Columns columns;
  std::vector<std::string> first;
  for (const std::string& field : sheet.rows.front()) first.emplace_back(trimmed(field));
  const bool has_header = std::ranges::any_of(first, [&](const std::string& field) {
    return !is_missing(field) && !number_in(field, sheet.decimal);
  });
  for (size_t c = 0; c < first.size(); ++c) {
    if (has_header && is_called(first[c], {"path", "file", "filename", "name"})) {
      columns.name = c;
    } else if (has_header && is_called(first[c], {"label", "class"})) {
      columns.label = c;
    } else if (!has_header || !first[c].empty()) {  // a nameless column is an index
      columns.numbers.push_back(c);
    }
  }
  columns.first_row = has_header ? 1 : 0;
  return columns;
}

NumberRows read_csv_rows(const fs::path& file) {
  const Sheet sheet = read_sheet(file);
  if (sheet.rows.empty()) fail("{} is empty; expected rows of numbers", file.string());
  const Columns columns = columns_of(sheet);
  if (columns.numbers.empty()) fail("{} has no column of numbers", file.string());
  const auto n = static_cast<int64_t>(sheet.rows.size() - columns.first_row);
  NumberRows rows{Matrix(n, std::ssize(columns.numbers)), {}};
  std::vector<std::string> names, labels;
  for (int64_t i = 0; i < n; ++i) {
    const size_t at = columns.first_row + static_cast<size_t>(i);
    const std::vector<std::string>& fields = sheet.rows[at];
    for (size_t c = 0; c < columns.numbers.size(); ++c) {
      const std::string& field = fields[columns.numbers[c]];
      const std::optional<double> number = number_in(field, sheet.decimal);
      if (!number) {
        fail("{}, row {}, column {} is \"{}\"; expected a number", file.string(), sheet.numbers[at],
             columns.numbers[c] + 1, field);
      }
      rows.numbers.row(i)[c] = static_cast<float>(*number);
    }
    if (columns.name) names.emplace_back(trimmed(fields[*columns.name]));
    if (columns.label) labels.emplace_back(trimmed(fields[*columns.label]));
  }
  rows.catalog = catalog_of(n, std::move(names), labels);
  return rows;
}

NumberRows read_npy_rows(const fs::path& file) {
  NumberRows rows{to_matrix(read_npy(file), file.string()), {}};
  rows.catalog = catalog_of(rows.numbers.rows, {}, {});
  return rows;
}

}  // namespace

bool is_number_rows(const fs::path& file) {
  const fs::path kind = file.extension();
  if (kind == ".csv") return !fs::is_directory(file);
  if ((kind != ".npy" && kind != ".npz") || fs::is_directory(file)) return false;
  try {
    const auto is_image = [](const std::vector<int64_t>& shape) { return shape.size() >= 3; };
    return std::ranges::none_of(read_npy_shapes(file), is_image);
  } catch (const Error&) {
    return true;  // what is wrong with it is said when its numbers are read
  }
}

NumberRows read_number_rows(const fs::path& file) {
  const fs::path kind = file.extension();
  NumberRows rows = kind == ".npy"   ? read_npy_rows(file)
                    : kind == ".npz" ? read_npz_rows(file)
                                     : read_csv_rows(file);
  if (rows.numbers.rows == 0 || rows.numbers.cols == 0) {
    fail("{} has {} rows of {} numbers; expected one at least", file.string(), rows.numbers.rows,
         rows.numbers.cols);
  }
  require_finite(rows.numbers, file.string());
  return rows;
}

void require_finite(MatrixView rows, std::string_view name) {
  const std::span<const float> all = rows.all();
  const auto lost = std::ranges::find_if(all, [](float x) { return !std::isfinite(x); });
  if (lost == all.end()) return;
  const int64_t at = lost - all.begin();
  fail(
      "{}: the number in row {}, column {} is {}; expected finite ones: remove the row or fill it "
      "in",
      name, at / rows.cols + 1, at % rows.cols + 1, *lost);
}

}  // namespace tsimcne
