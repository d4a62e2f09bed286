#include "tsimcne/picture/classes.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace {

/// At most 64 letters, small ones, so that names of any length are quickly compared.
std::string short_small(const std::string& name) {
  std::string small = name.substr(0, 64);
  std::ranges::transform(small, small.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

/// Levenshtein's distance: letters to be added, left out or changed.
int64_t edits_between(const std::string& a, const std::string& b) {
  std::vector<int64_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t diagonal = std::exchange(row[0], static_cast<int64_t>(i) + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const int64_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// The three names most like `name`, the most similar first.
std::vector<std::string> similar_names(const std::string& name,
                                       std::span<const std::string> names) {
  const std::string wanted = short_small(name);
  std::vector<std::pair<int64_t, size_t>> distances;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string other = short_small(names[i]);
    const bool within = !wanted.empty() && other.find(wanted) != std::string::npos;
    distances.emplace_back(within ? 0 : edits_between(wanted, other), i);
  }
  const auto best = std::min<size_t>(3, distances.size());
  std::ranges::partial_sort(distances, distances.begin() + static_cast<std::ptrdiff_t>(best));
  std::vector<std::string> similar;
  for (size_t i = 0; i < best; ++i) similar.push_back(names[distances[i].second]);
  return similar;
}

void highlight(Classes& classes, const Catalog& catalog, const std::string& name) {
  std::vector<std::string> names;
  bool found = false;
  for (size_t label = 0; label < classes.counts.size(); ++label) {
    if (classes.counts[label] == 0) continue;
    names.push_back(catalog.label_names[label]);
    if (names.back() != name) continue;
    classes.shown[label] = true;
    found = true;
  }
  if (found) return;
  if (names.empty()) fail("the map has no labels, so there is no class \"{}\" to highlight", name);
  fail("the map has no points of a class \"{}\" to highlight; similar are \"{}\"", name,
       fmt::join(similar_names(name, names), "\", \""));
}

}  // namespace

Classes find_classes(const Catalog& catalog, std::span<const std::string> highlighted) {
  Classes classes;
  classes.counts.resize(catalog.label_names.size());
  for (const int32_t label : catalog.labels) {
    if (label >= 0) ++classes.counts[static_cast<size_t>(label)];
  }
  classes.colours = class_colours(std::ssize(classes.counts));
  classes.shown.resize(classes.counts.size());
  classes.highlighted = !highlighted.empty();
  for (const std::string& name : highlighted) highlight(classes, catalog, name);

  classes.grey = std::ssize(catalog.labels);
  for (size_t label = 0; label < classes.counts.size(); ++label) {
    if (!classes.highlighted) classes.shown[label] = classes.counts[label] > 0;
    if (!classes.shown[label]) continue;
    classes.labels.push_back(static_cast<int64_t>(label));
    classes.grey -= classes.counts[label];
  }
  return classes;
}

}  // namespace tsimcne
