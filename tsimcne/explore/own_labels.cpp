#include "tsimcne/explore/own_labels.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/sheet.hpp"
#include "tsimcne/files/unicode.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/files/write_lock.hpp"

namespace tsimcne {
namespace {

/// Names that are no UTF-8 can become the same text, so a path may be several images'.
class Images {
 public:
  explicit Images(const std::vector<std::string>& paths) {
    for (size_t i = 0; i < paths.size(); ++i) of_path_[paths[i]].images.push_back(i);
  }

  /// The image that the path names, the next one where it names several; -1: none.
  int64_t next(std::string_view path) {
    const auto found = of_path_.find(path);
    if (found == of_path_.end()) return -1;
    auto& [images, asked] = found->second;
    return static_cast<int64_t>(images[asked++ % images.size()]);
  }

 private:
  struct Named {
    std::vector<size_t> images;
    size_t asked = 0;
  };
  std::unordered_map<std::string_view, Named> of_path_;
};

}  // namespace

OwnLabels::OwnLabels(std::filesystem::path table, const Catalog& catalog)
    : table_(std::move(table)), paths_(catalog.paths), names_(read().names) {}

OwnLabels::Rows OwnLabels::read() const {
  Rows rows;
  if (!std::filesystem::exists(table_)) return rows;
  Sheet sheet = read_sheet(table_);
  if (!sheet.rows.empty() && sheet.width() != 2) {
    fail("{} has {} columns; expected path and label", sheet.name, sheet.width());
  }
  Images images(paths_);
  rows.names.resize(paths_.size());
  for (size_t i = 0; i < sheet.rows.size(); ++i) {
    std::string &path = sheet.rows[i][0], &label = sheet.rows[i][1];
    if (i == 0 && path == "path" && label == "label") continue;
    const int64_t image = images.next(path);
    if (image >= 0) {
      rows.names[static_cast<size_t>(image)] = std::move(label);
    } else {
      rows.strange.emplace_back(std::move(path), std::move(label));
    }
  }
  return rows;
}

void OwnLabels::set(std::span<const int64_t> images, const std::string& label) {
  if (!is_utf8(label)) fail("a label is text; this one has a zero byte, or is not UTF-8");
  const WriteLock lock(table_);
  Rows rows = read();
  rows.names.resize(paths_.size());
  for (const int64_t image : images) rows.names.at(static_cast<size_t>(image)) = label;
  write(rows);
  names_ = std::move(rows.names);
}

void OwnLabels::write(const Rows& rows) const {
  // Of a path that several images have, all get a row, so that each is told from the others.
  std::unordered_set<std::string_view> labelled;
  for (size_t i = 0; i < paths_.size(); ++i) {
    if (!rows.names[i].empty()) labelled.insert(paths_[i]);
  }
  if (labelled.empty() && rows.strange.empty()) {
    std::filesystem::remove(table_);
    return;
  }
  std::string text = "path,label\n";
  const auto add = [&](const std::string& path, const std::string& label) {
    text += quote_csv(path) + "," + quote_csv(label) + "\n";
  };
  for (size_t i = 0; i < paths_.size(); ++i) {
    if (labelled.contains(paths_[i])) add(paths_[i], rows.names[i]);
  }
  for (const auto& [path, label] : rows.strange) add(path, label);
  write_whole_file(table_, text);
}

}  // namespace tsimcne
