#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/methods/method.hpp"

namespace tsimcne {

/// The numbers by which a finished map places new rows, in a run's model.safetensors.
class RowFunction {
 public:
  /// Throws an Error that names what is missing or damaged.
  static RowFunction read(const std::filesystem::path& run);

  /// A matrix of this name, all finite. Throws an Error where there is none.
  Matrix matrix(std::string_view name) const;
  /// The axes that write_row_function() was given.
  PrincipalAxes axes() const;
  /// Of the images that the map was made of, in pixels; 0: it was made of rows of numbers.
  int side() const;

 private:
  RowFunction(std::filesystem::path path, StoredTensors file)
      : path_(std::move(path)), file_(std::move(file)) {}
  std::filesystem::path path_;
  StoredTensors file_;
};

struct NamedMatrix {
  const char* name;
  MatrixView matrix;
};

/// Writes what RowFunction::read() reads.
void write_row_function(const std::filesystem::path& model, const char* method, const Input& input,
                        const PrincipalAxes& axes, std::span<const NamedMatrix> more = {});

/// Places [m, 2 or 3] of rows of the width of those that a map was made of.
using PlaceRows = std::function<Matrix(const RowSource& rows)>;

/// A map as a function of images or rows. settings: of the run.
std::unique_ptr<Placing> placing_of_rows(PlaceRows place, int side, const Settings& settings,
                                         const std::string& device);

}  // namespace tsimcne
