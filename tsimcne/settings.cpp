#include "tsimcne/settings.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Kind = Setting::Kind;

/// "1 to 1024", "1 or more".
std::string range_of(const Setting& setting) {
  if (std::isinf(setting.most)) return fmt::format("{:g} or more", setting.least);
  return fmt::format("{:.10g} to {:.10g}", setting.least, setting.most);
}

std::string expected(const Setting& setting) {
  switch (setting.kind) {
    case Kind::flag:
      return "true or false";
    case Kind::whole:
      return fmt::format("a whole number, {}", range_of(setting));
    case Kind::number:
      return fmt::format("a number, {}", range_of(setting));
    case Kind::wholes:
    case Kind::numbers: {
      const char* const kind = setting.kind == Kind::wholes ? "whole numbers" : "numbers";
      const size_t fewest = setting.fewest_numbers, most = setting.most_numbers;
      return fmt::format(
          "{} {} with commas between, {} each",
          fewest == most ? fmt::format("{}", fewest) : fmt::format("{} to {}", fewest, most), kind,
          range_of(setting));
    }
    case Kind::time:
      return "a time above 0 with its unit, as 90s, 20m or 2h";
    case Kind::text:
      if (setting.choices.empty()) return "a word";
      return fmt::format("one of {}{}", fmt::join(setting.choices, ", "),
                         setting.ending.empty() ? "" : " or a file *" + setting.ending);
    case Kind::path:
      return "a path";
    case Kind::paths:
      return "paths";
  }
  return "";
}

[[noreturn]] void refuse(const Setting& setting, std::string_view word) {
  fail("--{} {}: expected {}", setting.name, word, expected(setting));
}

template <class Number>
bool read_number(std::string_view word, Number& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

bool in_range(const Setting& setting, double number) {
  return number >= setting.least && number <= setting.most;
}

double read_seconds(const Setting& setting, std::string_view word) {
  double seconds = 0;
  const char unit = word.empty() ? ' ' : word.back();
  const double scale = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
  const bool sound = scale > 0 && read_number(word.substr(0, word.size() - 1), seconds);
  if (!sound || !(seconds > 0) || !std::isfinite(seconds)) refuse(setting, word);
  return seconds * scale;
}

std::vector<double> read_numbers(const Setting& setting, std::span<const std::string> words) {
  const std::string all = fmt::format("{}", fmt::join(words, ","));
  std::vector<double> numbers;
  for (size_t at = 0; at <= all.size();) {
    const size_t end = std::min(all.find(',', at), all.size());
    double number = 0;
    if (!read_number(std::string_view(all).substr(at, end - at), number) ||
        !in_range(setting, number) ||
        (setting.kind == Kind::wholes && number != std::floor(number))) {
      refuse(setting, all);
    }
    numbers.push_back(number);
    at = end + 1;
  }
  if (numbers.size() < setting.fewest_numbers || numbers.size() > setting.most_numbers) {
    refuse(setting, all);
  }
  return numbers;
}

SettingValue read_value(const Setting& setting, std::span<const std::string> words) {
  if (setting.kind == Kind::numbers || setting.kind == Kind::wholes) {
    return read_numbers(setting, words);
  }
  if (setting.kind == Kind::paths) return std::vector<std::string>(words.begin(), words.end());
  if (words.size() != 1) refuse(setting, fmt::format("{}", fmt::join(words, " ")));
  const std::string& word = words.front();
  switch (setting.kind) {
    case Kind::flag:
      if (word != "true" && word != "false") refuse(setting, word);
      return word == "true";
    case Kind::whole: {
      int64_t whole = 0;
      if (!read_number(word, whole) || !in_range(setting, static_cast<double>(whole))) {
        refuse(setting, word);
      }
      return whole;
    }
    case Kind::number: {
      double number = 0;
      if (!read_number(word, number) || !in_range(setting, number)) refuse(setting, word);
      return number;
    }
    case Kind::time:
      return read_seconds(setting, word);
    case Kind::text: {
      const bool names_file = !setting.ending.empty() && word.ends_with(setting.ending);
      const bool chosen = std::ranges::find(setting.choices, word) != setting.choices.end();
      if (!setting.choices.empty() && !chosen && !names_file) refuse(setting, word);
      return word;
    }
    default:
      return word;
  }
}

/// Between quotes a text is kept as it is, so it needs the kind of quotes that it does not hold.
std::string quoted(const std::string& text) {
  const char quote = text.find('"') == std::string::npos ? '"' : '\'';
  if (text.find(quote) != std::string::npos || text.find('\n') != std::string::npos) {
    fail(
        "the path {} has both kinds of quotes or a line break, which a config file cannot hold; "
        "rename it or make a link to it",
        text);
  }
  return fmt::format("{0}{1}{0}", quote, text);
}

std::string word_of(const Setting& setting, const SettingValue& value) {
  switch (setting.kind) {
    case Kind::flag:
      return std::get<bool>(value) ? "true" : "false";
    case Kind::whole:
      return std::to_string(std::get<int64_t>(value));
    case Kind::number:
      return fmt::format("{}", std::get<double>(value));
    case Kind::wholes:
    case Kind::numbers:
      return fmt::format("{}", fmt::join(std::get<std::vector<double>>(value), ","));
    case Kind::time:
      return fmt::format("{}s", std::get<double>(value));
    case Kind::paths:
      return fmt::format("{}", fmt::join(std::get<std::vector<std::string>>(value), " "));
    default:
      return std::get<std::string>(value);
  }
}

std::string toml(const Setting& setting, const SettingValue& value) {
  switch (setting.kind) {
    case Kind::flag:
    case Kind::whole:
    case Kind::number:
      return word_of(setting, value);
    case Kind::wholes:
    case Kind::numbers:
      return fmt::format("[{}]", fmt::join(std::get<std::vector<double>>(value), ", "));
    case Kind::paths: {
      std::vector<std::string> paths;
      for (const std::string& path : std::get<std::vector<std::string>>(value)) {
        paths.push_back(quoted(path));
      }
      return paths.size() == 1 ? paths.front() : fmt::format("[{}]", fmt::join(paths, ", "));
    }
    default:
      return quoted(word_of(setting, value));
  }
}

SettingValue empty_value(Kind kind) {
  switch (kind) {
    case Kind::flag:
      return false;
    case Kind::whole:
      return int64_t{0};
    case Kind::number:
    case Kind::time:
      return 0.0;
    case Kind::wholes:
    case Kind::numbers:
      return std::vector<double>();
    case Kind::paths:
      return std::vector<std::string>();
    default:
      return std::string();
  }
}

}  // namespace

const Setting& Settings::declaration(std::string_view name) const {
  const auto found = std::ranges::find(*declared_, name, &Setting::name);
  if (found == declared_->end()) fail("there is no setting \"{}\"", name);
  return *found;
}

void Settings::give(std::string_view name, std::span<const std::string> words) {
  values_.insert_or_assign(std::string(name), read_value(declaration(name), words));
}

void Settings::set(std::string_view name, SettingValue value) {
  const Setting& setting = declaration(name);
  if (auto* const text = std::get_if<std::string>(&value);
      text != nullptr && setting.kind == Kind::paths) {
    value = std::vector<std::string>{std::move(*text)};
  }
  if (value.index() != empty_value(setting.kind).index()) {
    fail("the setting \"{}\" takes {}", name, expected(setting));
  }
  values_.insert_or_assign(std::string(name), std::move(value));
}

void Settings::leave_open(std::string_view name) {
  values_.erase(declaration(name).name);
}

bool Settings::has(std::string_view name) const {
  const auto given = values_.find(name);
  if (given == values_.end()) return false;
  if (const auto* const paths = std::get_if<std::vector<std::string>>(&given->second)) {
    return std::ranges::any_of(*paths, [](const std::string& path) { return !path.empty(); });
  }
  const auto* const text = std::get_if<std::string>(&given->second);
  return text == nullptr || !text->empty();
}

SettingValue Settings::value(std::string_view name) const {
  if (const auto given = values_.find(name); given != values_.end()) return given->second;
  const Setting& setting = declaration(name);
  if (setting.initial.empty()) return empty_value(setting.kind);
  return read_value(setting, std::span(&setting.initial, 1));
}

bool Settings::flag(std::string_view name) const {
  return std::get<bool>(value(name));
}

int64_t Settings::whole(std::string_view name) const {
  return std::get<int64_t>(value(name));
}

double Settings::number(std::string_view name) const {
  return std::get<double>(value(name));
}

std::vector<double> Settings::numbers(std::string_view name) const {
  return std::get<std::vector<double>>(value(name));
}

std::string Settings::text(std::string_view name) const {
  return word_of(declaration(name), value(name));
}

std::vector<std::filesystem::path> Settings::paths(std::string_view name) const {
  const auto texts = std::get<std::vector<std::string>>(value(name));
  return {texts.begin(), texts.end()};
}

std::string Settings::word(std::string_view name) const {
  return word_of(declaration(name), value(name));
}

std::vector<std::pair<std::string, std::string>> Settings::entries(std::string_view method) const {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const Setting& setting : *declared_) {
    const auto& methods = setting.methods;
    if (!methods.empty() && std::ranges::find(methods, method) == methods.end()) continue;
    if (!has(setting.name) && setting.initial.empty()) continue;
    entries.emplace_back(setting.name, toml(setting, value(setting.name)));
  }
  return entries;
}

}  // namespace tsimcne
