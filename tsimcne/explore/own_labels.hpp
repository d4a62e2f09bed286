#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// The table's name in a run's folder, and what the page calls its column.
inline constexpr const char* labels_file = "labels.csv";
inline constexpr const char* own_label = "your label";

/// What the user has called images, kept in a table path,label as `tsimcne fit --labels` reads it.
class OwnLabels {
 public:
  /// Reads the table where there is one. Throws an Error where it is damaged.
  OwnLabels(std::filesystem::path table, const Catalog& catalog);

  /// Calls these images `label`, "" for nothing, and writes the table, which goes where no image
  /// has a name any more. Throws an Error where it cannot be written; the labels are then as
  /// before.
  void set(std::span<const int64_t> images, const std::string& label);

  /// [n], "" for nothing; empty where no image was ever called anything.
  const std::vector<std::string>& names() const { return names_; }
  const std::filesystem::path& table() const { return table_; }

 private:
  void write(const std::vector<std::string>& names) const;

  std::filesystem::path table_;
  const std::vector<std::string>& paths_;  // [n], of the catalog
  std::vector<std::string> names_;
};

}  // namespace tsimcne
