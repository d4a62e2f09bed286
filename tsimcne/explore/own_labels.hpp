#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// The table's name in a run's folder, and what the page calls its column.
inline constexpr const char* labels_file = "labels.csv";
inline constexpr const char* own_label = "your label";

/// What the user has called images, kept in a table path,label as `tsimcne fit --labels` reads it.
/// A row is of the image with exactly its path; of several images with one path the first row is of
/// the first. Others may write the table, too.
class OwnLabels {
 public:
  /// Reads the table where there is one. Throws an Error where it is damaged.
  OwnLabels(std::filesystem::path table, const Catalog& catalog);

  /// Calls these images `label`, "" for nothing, in the table as it stands by now; rows of images
  /// that are not in the catalog stay. A table without rows is removed. Throws an Error where it
  /// cannot be read or written; the labels are then as before.
  void set(std::span<const int64_t> images, const std::string& label);

  /// [n], "" for nothing; empty where no image was ever called anything.
  const std::vector<std::string>& names() const { return names_; }
  const std::filesystem::path& table() const { return table_; }

 private:
  struct Rows {
    std::vector<std::string> names;                            // [n] or empty
    std::vector<std::pair<std::string, std::string>> strange;  // path and label, of other images
  };
  Rows read() const;
  void write(const Rows& rows) const;

  std::filesystem::path table_;
  const std::vector<std::string>& paths_;  // [n], of the catalog
  std::vector<std::string> names_;
};

}  // namespace tsimcne
