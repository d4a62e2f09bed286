#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tsimcne {

/// What the values of a column are.
enum class ColumnKind { category, whole, number, date, text };

/// What a table tells of each of n things. Values stay in the table's own words, digit by digit;
/// numbers are what colours are chosen by.
struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::text;
  std::vector<std::string> texts{};   // [n], "" where there is none; of every kind but category
  std::vector<double> numbers{};      // [n], NaN where there is none; of whole, number and date,
                                      // there in seconds since 1970
  std::vector<int32_t> codes{};       // [n] index into values, -1 where there is none; of category
  std::vector<std::string> values{};  // each once, in the order of natural_less; of category
};

/// Named columns of one length.
using Table = std::vector<Column>;

/// Which sign parts a number's whole from its fraction; the other one of the two parts thousands.
enum class Decimal { point, comma };

/// The text without white space around it.
std::string_view trimmed(std::string_view text);

/// Whether the text, less white space around it, stands for a missing value: nothing, NA, N/A, NaN,
/// null, - or ?, without regard to case.
bool is_missing(std::string_view text);

/// The number that a text is, as people write them: perhaps with a sign, thousands set apart, an
/// exponent and %.
std::optional<double> number_in(std::string_view text, Decimal decimal);

/// A column of what the texts say. It is of numbers where all of its values are, and whole where
/// they are whole and fit 64 bits. Whole numbers of at most 20 values that repeat are categories,
/// as are texts of at most 1000 values that repeat, each twice on average where they are more
/// than 20. Dates are 2024-01-31, with / or : or . too, or 31.1.2024, perhaps with a time of day.
Column column_of(std::string name, std::span<const std::string> texts,
                 Decimal decimal = Decimal::point);

/// The texts as categories, whatever they are; "" for none.
Column category_column(std::string name, std::span<const std::string> texts);

/// Names that are each there once, and none of `taken`: a second "year" is "year 2", and one
/// without a name "column 3", by its place from 1.
std::vector<std::string> unique_names(std::span<const std::string> names,
                                      std::span<const std::string> taken = {});

}  // namespace tsimcne
