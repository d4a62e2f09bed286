#include "tsimcne/catalog.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tsimcne {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the run of digits off the front of `text`, without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  std::string_view number = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

std::string name_of(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::val:
      return "val";
    case Split::test:
      return "test";
    case Split::none:
      break;
  }
  return "";
}

Split split_of(const std::string& name) {
  if (name == "train") return Split::train;
  if (name == "val") return Split::val;
  if (name == "test") return Split::test;
  return Split::none;
}

std::string Catalog::label_name(int64_t i) const {
  const int32_t label = labels[static_cast<size_t>(i)];
  return label < 0 ? "" : label_names[static_cast<size_t>(label)];
}

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a), y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // "1" and "01" are two names
}

void set_labels(Catalog& catalog, std::span<const std::string> names) {
  std::unordered_map<std::string_view, int32_t> numbers{{"", -1}};
  catalog.labels.clear();
  catalog.label_names.clear();
  for (const std::string& name : names) {
    const auto number = static_cast<int32_t>(catalog.label_names.size());
    const auto [entry, is_new] = numbers.try_emplace(name, number);
    if (is_new) catalog.label_names.push_back(name);
    catalog.labels.push_back(entry->second);
  }
  order_labels(catalog);
}

void order_labels(Catalog& catalog) {
  const std::vector<std::string> names = std::exchange(catalog.label_names, {});
  std::vector<bool> borne(names.size());
  for (const int32_t label : catalog.labels) {
    if (label >= 0) borne[static_cast<size_t>(label)] = true;
  }
  std::vector<std::string>& sorted = catalog.label_names;
  for (size_t label = 0; label < names.size(); ++label) {
    if (borne[label] && !names[label].empty()) sorted.push_back(names[label]);
  }
  std::ranges::sort(sorted, natural_less);
  const auto repeated = std::ranges::unique(sorted);
  sorted.erase(repeated.begin(), repeated.end());
  std::vector<int32_t> numbers;  // of the names as they stood before
  for (const std::string& name : names) {
    const auto place = std::ranges::lower_bound(sorted, name, natural_less);
    numbers.push_back(name.empty() ? -1 : static_cast<int32_t>(place - sorted.begin()));
  }
  for (int32_t& label : catalog.labels) {
    if (label >= 0) label = numbers[static_cast<size_t>(label)];
  }
}

}  // namespace tsimcne
