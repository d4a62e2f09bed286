#include "tsimcne/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tsimcne/catalog.hpp"

namespace tsimcne {
namespace {

constexpr size_t few_categories = 20, most_categories = 1000;
constexpr std::string_view white_space = " \t\r\n\v\f";
constexpr std::string_view no_break_space = "\u00A0";
constexpr double none = std::numeric_limits<double>::quiet_NaN();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

template <size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& words) {
  return std::ranges::find(words, lower(trimmed(text))) != words.end();
}

/// Among numbers and dates these are no values either; among texts they may be.
bool is_missing_number(std::string_view text) {
  constexpr std::array<std::string_view, 6> words = {"none",     "--",     "#na",
                                                     "#n/a n/a", "#null!", "."};
  return is_missing(text) || is_one_of(text, words);
}

/// Whether digits are set apart in thousands by `mark`: 1,000 and 12,345,678.
bool is_grouped(std::string_view digits, char mark) {
  const size_t first = digits.find(mark);
  if (first == 0 || first > 3 || digits.front() == '0') return false;
  for (size_t i = first; i < digits.size(); ++i) {
    if ((digits[i] == mark) != ((i - first) % 4 == 0)) return false;
  }
  return (digits.size() - first) % 4 == 0;
}

/// A number as from_chars reads it: without + and %, marks of thousands, and with a point.
std::optional<std::string> plain_number(std::string_view text, Decimal decimal) {
  const char point = decimal == Decimal::point ? '.' : ',', mark = point == '.' ? ',' : '.';
  if (text.ends_with('%')) text = trimmed(text.substr(0, text.size() - 1));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('-')) return std::nullopt;
  const auto end = std::ranges::find_if_not(text, [&](char c) { return is_digit(c) || c == mark; });
  const std::string_view digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  if (digits.find(mark) != digits.npos && !is_grouped(digits, mark)) return std::nullopt;
  std::string plain = negative ? "-" : "";
  for (const char c : text) {
    if (c == point) plain += '.';
    if (c != point && c != mark) plain += c;
  }
  const bool mark_behind = text.substr(digits.size()).find(mark) != text.npos;
  return mark_behind ? std::nullopt : std::optional(plain);
}

/// Whole, and of 64 bits; "3.0" is what a program writes that knows no missing whole number.
bool is_whole(std::string_view text, Decimal decimal) {
  std::string plain = plain_number(trimmed(text), decimal).value_or("");
  if (const size_t point = plain.find('.'); point != plain.npos) {
    if (plain.find_first_not_of('0', point + 1) != plain.npos) return false;
    plain.resize(point);
  }
  int64_t whole = 0;
  const char* const end = plain.data() + plain.size();
  const auto [rest, error] = std::from_chars(plain.data(), end, whole);
  return error == std::errc() && rest == end;
}

/// Takes a number of `fewest` to `most` digits off the front.
std::optional<int> take_digits(std::string_view& text, size_t fewest, size_t most) {
  int number = 0;
  size_t count = 0;
  for (; count < text.size() && is_digit(text[count]) && count < most; ++count) {
    number = 10 * number + (text[count] - '0');
  }
  if (count < fewest) return std::nullopt;
  text.remove_prefix(count);
  return number;
}

/// Takes one of these letters off the front: which, or 0.
char take_one_of(std::string_view& text, std::string_view letters) {
  if (text.empty() || letters.find(text.front()) == letters.npos) return 0;
  const char letter = text.front();
  text.remove_prefix(1);
  return letter;
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
  const bool year_first = std::ranges::find_if_not(text, is_digit) - text.begin() == 4;
  const auto a = take_digits(text, 1, 4);
  const char mark = take_one_of(text, year_first ? "-/:." : ".");
  const auto b = mark == 0 ? std::nullopt : take_digits(text, 1, 2);
  const bool again = b && take_one_of(text, std::string_view(&mark, 1)) != 0;
  const auto c = again ? take_digits(text, year_first ? 1 : 4, year_first ? 2 : 4) : std::nullopt;
  if (!a || !c) return std::nullopt;
  const std::chrono::year_month_day day{
      std::chrono::year(year_first ? *a : *c), std::chrono::month(static_cast<unsigned>(*b)),
      std::chrono::day(static_cast<unsigned>(year_first ? *c : *a))};
  return day.ok() ? std::optional(std::chrono::sys_days(day)) : std::nullopt;
}

/// The seconds of "12:30", "12:30:59.25", "12:30Z" and "12:30+02:00", as of the day at Greenwich.
std::optional<double> take_time(std::string_view& text) {
  const auto hours = take_digits(text, 1, 2);
  const auto minutes = take_one_of(text, ":") != 0 ? take_digits(text, 2, 2) : std::nullopt;
  if (!hours || !minutes || *hours > 24 || *minutes > 59) return std::nullopt;
  double seconds = 3600.0 * *hours + 60.0 * *minutes;
  if (take_one_of(text, ":") != 0) {
    const auto whole = take_digits(text, 2, 2);
    if (!whole || *whole > 60) return std::nullopt;
    seconds += *whole;
    if (take_one_of(text, ".,") != 0) {
      double unit = 0.1;
      for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), unit /= 10) {
        seconds += unit * (text.front() - '0');
      }
    }
  }
  if (take_one_of(text, "Z") != 0) return seconds;
  const char sign = take_one_of(text, "+-");
  if (sign == 0) return seconds;
  const auto ahead = take_digits(text, 2, 2);
  take_one_of(text, ":");
  const auto and_minutes = take_digits(text, 2, 2);
  if (!ahead) return std::nullopt;
  const double zone = 3600.0 * *ahead + 60.0 * and_minutes.value_or(0);
  return sign == '+' ? seconds - zone : seconds + zone;
}

std::optional<double> date_in(std::string_view text) {
  text = trimmed(text);
  const auto day = take_day(text);
  if (!day) return std::nullopt;
  double seconds = static_cast<double>(std::chrono::sys_seconds(*day).time_since_epoch().count());
  if (text.empty()) return seconds;
  if (take_one_of(text, "T ") == 0) return std::nullopt;
  const auto time = take_time(text);
  if (!time || !text.empty()) return std::nullopt;
  return seconds + *time;
}

/// What `read` makes of each text, NaN of missing ones; nothing where it cannot read one, or all
/// are missing.
template <class Read>
std::optional<std::vector<double>> numbers_of(std::span<const std::string> texts, Read&& read) {
  std::vector<double> numbers;
  bool any = false;
  for (const std::string& text : texts) {
    const bool missing = is_missing_number(text);
    const std::optional<double> number = missing ? std::optional(none) : read(text);
    if (!number) return std::nullopt;
    any = any || !missing;
    numbers.push_back(*number);
  }
  if (!any) return std::nullopt;
  return numbers;
}

std::vector<std::string> known_texts(std::span<const std::string> texts,
                                     bool (&missing)(std::string_view)) {
  std::vector<std::string> known;
  for (const std::string& text : texts) known.emplace_back(missing(text) ? "" : trimmed(text));
  return known;
}

/// Whether the values come again, so that they are worth a colour each: names and notes do not.
bool repeat(const Column& categories) {
  const auto known = static_cast<size_t>(
      std::ranges::count_if(categories.codes, [](int32_t code) { return code >= 0; }));
  const size_t count = categories.values.size();
  return count < known && count <= most_categories &&
         (count <= few_categories || 2 * count <= known);
}

std::optional<Column> number_column(const std::string& name, std::span<const std::string> texts,
                                    Decimal decimal) {
  auto numbers =
      numbers_of(texts, [&](const std::string& text) { return number_in(text, decimal); });
  if (!numbers) return std::nullopt;
  std::vector<std::string> known = known_texts(texts, is_missing_number);
  const bool whole = std::ranges::all_of(
      known, [&](const std::string& text) { return text.empty() || is_whole(text, decimal); });
  if (whole) {
    Column categories = category_column(name, known);
    if (categories.values.size() <= few_categories && repeat(categories)) return categories;
  }
  return Column{name, whole ? ColumnKind::whole : ColumnKind::number, std::move(known),
                std::move(*numbers)};
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (true) {
    const size_t begin = std::min(text.find_first_not_of(white_space), text.size());
    text.remove_prefix(begin);
    text = text.substr(0, text.find_last_not_of(white_space) + 1);
    const bool before = text.starts_with(no_break_space), behind = text.ends_with(no_break_space);
    if (before) text.remove_prefix(no_break_space.size());
    if (behind && !text.empty()) text.remove_suffix(no_break_space.size());
    if (!before && !behind) return text;
  }
}

bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 9> words = {"",     "na",   "n/a", "nan", "null",
                                                     "#n/a", "<na>", "-",   "?"};
  return is_one_of(text, words);
}

std::optional<double> number_in(std::string_view text, Decimal decimal) {
  const std::optional<std::string> plain = plain_number(trimmed(text), decimal);
  if (!plain) return std::nullopt;
  double number = 0;
  const char* const end = plain->data() + plain->size();
  const auto [rest, error] = std::from_chars(plain->data(), end, number);
  if (error != std::errc() || rest != end || std::isnan(number)) return std::nullopt;
  return number;
}

Column category_column(std::string name, std::span<const std::string> texts) {
  Catalog catalog;
  set_labels(catalog, texts);
  Column column{std::move(name), ColumnKind::category};
  column.codes = std::move(catalog.labels);
  column.values = std::move(catalog.label_names);
  return column;
}

Column column_of(std::string name, std::span<const std::string> texts, Decimal decimal) {
  const bool commas = std::ranges::any_of(
      texts, [](const std::string& text) { return text.find(',') != text.npos; });
  const bool comma_first = commas && decimal == Decimal::comma;
  const std::array tried_in_turn = {comma_first ? Decimal::comma : Decimal::point,
                                    comma_first ? Decimal::point : Decimal::comma};
  for (const Decimal tried : tried_in_turn) {
    if (auto numbers = number_column(name, texts, tried)) return std::move(*numbers);
  }
  if (auto dates = numbers_of(texts, date_in)) {
    return {std::move(name), ColumnKind::date, known_texts(texts, is_missing_number),
            std::move(*dates)};
  }
  std::vector<std::string> known = known_texts(texts, is_missing);
  Column categories = category_column(name, known);
  if (repeat(categories)) return categories;
  return {std::move(name), ColumnKind::text, std::move(known)};
}

std::vector<std::string> unique_names(std::span<const std::string> names,
                                      std::span<const std::string> taken) {
  std::unordered_set<std::string> all(taken.begin(), taken.end());
  std::unordered_map<std::string, size_t> asked_for;
  std::vector<std::string> unique;
  for (const std::string& name : names) {
    const std::string wanted = name.empty() ? fmt::format("column {}", unique.size() + 1) : name;
    size_t& times = asked_for[wanted];
    std::string free;
    do {
      free = ++times == 1 ? wanted : fmt::format("{} {}", wanted, times);
    } while (!all.insert(free).second);
    unique.push_back(std::move(free));
  }
  return unique;
}

}  // namespace tsimcne
