#include "tsimcne/images/path_labels.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

namespace tsimcne {
namespace {

/// The first folder of the path; "" where it has none.
std::string_view folder_of(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

/// Cuts the first folder off.
std::string_view take_folder(std::string_view& path) {
  const std::string_view folder = folder_of(path);
  if (!folder.empty()) path.remove_prefix(folder.size() + 1);
  return folder;
}

/// Cuts off the folders that hold all, as long as they name no split.
void take_wrappers(std::vector<std::string_view>& paths) {
  while (!paths.empty()) {
    const std::string_view wrapper = folder_of(paths.front());
    if (wrapper.empty() || split_of_folder(wrapper) != Split::none) return;
    const bool holds_all = std::ranges::all_of(
        paths, [&](std::string_view path) { return folder_of(path) == wrapper; });
    if (!holds_all) return;
    for (std::string_view& path : paths) take_folder(path);
  }
}

std::vector<std::string_view> unwrapped(const std::vector<std::string>& paths) {
  std::vector<std::string_view> rest(paths.begin(), paths.end());
  take_wrappers(rest);
  return rest;
}

/// The folders of the top level, by whether they are named like splits.
struct TopLevel {
  std::set<std::string_view> splits, others;
};

TopLevel top_level(const std::vector<std::string_view>& paths) {
  TopLevel top;
  for (const std::string_view path : paths) {
    const std::string_view folder = folder_of(path);
    if (folder.empty()) continue;
    (split_of_folder(folder) == Split::none ? top.others : top.splits).insert(folder);
  }
  return top;
}

}  // namespace

Split split_of_folder(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Split>, 8> spellings = {
      {{"train", Split::train},
       {"training", Split::train},
       {"val", Split::val},
       {"valid", Split::val},
       {"validation", Split::val},
       {"dev", Split::val},
       {"test", Split::test},
       {"testing", Split::test}}};
  std::string lower(name);
  for (char& c : lower) c = g_ascii_tolower(c);
  const auto found = std::ranges::find(spellings, lower, [](const auto& s) { return s.first; });
  return found == spellings.end() ? Split::none : found->second;
}

Catalog catalog_of_paths(const std::vector<std::string>& paths) {
  Catalog catalog;
  for (const std::string& path : paths) catalog.paths.push_back(mend_utf8(path));
  std::vector<std::string_view> rest = unwrapped(catalog.paths);
  const TopLevel top = top_level(rest);
  const bool has_splits = !top.splits.empty() && top.others.empty();
  for (std::string_view& path : rest) {
    catalog.splits.push_back(has_splits ? split_of_folder(take_folder(path)) : Split::none);
  }
  take_wrappers(rest);
  std::vector<std::string> names;
  for (const std::string_view path : rest) names.emplace_back(folder_of(path));
  set_labels(catalog, names);
  return catalog;
}

std::string doubt_about_splits(const std::vector<std::string>& paths) {
  const std::vector<std::string_view> rest = unwrapped(paths);
  const TopLevel top = top_level(rest);
  if (top.splits.empty() || top.others.empty()) return "";
  return fmt::format(
      "{} {} named like {}, but {} stands beside {}; so all of these folders are labels",
      fmt::join(top.splits, ", "), top.splits.size() == 1 ? "is" : "are",
      top.splits.size() == 1 ? "a split" : "splits", *top.others.begin(),
      top.splits.size() == 1 ? "it" : "them");
}

std::string mend_utf8(const std::string& text) {
  const std::unique_ptr<char, decltype(&g_free)> mended(
      g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())), &g_free);
  return mended.get();
}

}  // namespace tsimcne
