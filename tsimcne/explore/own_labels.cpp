#include "tsimcne/explore/own_labels.hpp"

#include <algorithm>

#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/labels.hpp"

namespace tsimcne {

OwnLabels::OwnLabels(std::filesystem::path table, const Catalog& catalog)
    : table_(std::move(table)), paths_(catalog.paths) {
  if (!std::filesystem::exists(table_)) return;
  Catalog labelled = catalog;
  label_by_table(labelled, table_);
  for (int64_t i = 0; i < catalog.size(); ++i) names_.push_back(labelled.label_name(i));
}

void OwnLabels::set(std::span<const int64_t> images, const std::string& label) {
  std::vector<std::string> names = names_;
  names.resize(paths_.size());
  for (const int64_t image : images) names.at(static_cast<size_t>(image)) = label;
  write(names);
  names_ = std::move(names);
}

void OwnLabels::write(const std::vector<std::string>& names) const {
  std::string text = "path,label\n";
  for (size_t i = 0; i < names.size(); ++i) {
    if (!names[i].empty()) text += quote_csv(paths_[i]) + "," + quote_csv(names[i]) + "\n";
  }
  if (std::ranges::all_of(names, &std::string::empty)) {
    std::filesystem::remove(table_);
  } else {
    write_whole_file(table_, text);
  }
}

}  // namespace tsimcne
