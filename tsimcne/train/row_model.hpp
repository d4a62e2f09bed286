#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/layout/row_source.hpp"
#include "tsimcne/matrix.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

/// A learned network on rows of numbers: a function from rows to places on the map. A value whose
/// copies share the network.
class RowModel {
 public:
  /// The width of the rows that it takes.
  int64_t cols() const;

  /// Places rows [n, cols()]: points [n, 2]. Any thread may call it. Throws an Error where the rows
  /// are of another width.
  Matrix transform(const RowSource& rows) const;

  /// Writes all that it is as one safetensors file, beside what else is to be known.
  void save(const std::filesystem::path& path, Metadata metadata) const;

  struct State;
  explicit RowModel(std::shared_ptr<const State> state);

 private:
  std::shared_ptr<const State> state_;
};

/// Reads what save() wrote. device: "auto", "cpu" or "cuda". Throws an Error where it is damaged.
RowModel load_row_model(const std::filesystem::path& path, const std::string& device);

}  // namespace tsimcne
