#include "tsimcne/methods/row_function.hpp"

#include <charconv>

#include "tsimcne/error.hpp"
#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr int most_side = 65536;  // of an image, in pixels

class RowPlacing final : public Placing {
 public:
  RowPlacing(PlaceRows place, int side, const Settings& settings, std::string device)
      : place_(std::move(place)), side_(side), settings_(settings), device_(std::move(device)) {}

  int side() const override { return side_; }
  Fit fit() const override { return fit_of(settings_); }
  Map transform(const Input& input, const PlacingProgress& progress) const override {
    Input seen = input;
    const RowSource rows = rows_of_new(settings_, seen, device_, progress);
    Map map;
    map.points = place_(rows);
    map.catalog = input.catalog;
    if (seen.rows) map.features = *seen.rows;
    return map;
  }

 private:
  PlaceRows place_;
  int side_;
  Settings settings_;
  std::string device_;
};

}  // namespace

RowFunction RowFunction::read(const fs::path& run) {
  const fs::path path = run / "model.safetensors";
  if (!fs::exists(path)) {
    fail("{} holds no model.safetensors; its map is not finished", run.string());
  }
  return {path, StoredTensors::read(path)};
}

Matrix RowFunction::matrix(std::string_view name) const {
  for (const StoredTensor& tensor : file_.tensors()) {
    if (tensor.name != name || tensor.type != "F32" || tensor.shape.size() != 2) continue;
    Matrix matrix(tensor.shape[0], tensor.shape[1]);
    std::ranges::copy(tensor.bytes, std::as_writable_bytes(std::span(matrix.values)).begin());
    require_finite(matrix, path_.string());
    return matrix;
  }
  fail("{} has no matrix \"{}\"; it is of another method, or damaged", path_.string(), name);
}

PrincipalAxes RowFunction::axes() const {
  PrincipalAxes axes{matrix("axes.mean"), matrix("axes.directions")};
  if (axes.mean.rows != 1 || axes.mean.cols != axes.directions.cols) {
    fail("{} has axes of {} numbers and a mean of {}; it is damaged", path_.string(),
         axes.directions.cols, axes.mean.cols);
  }
  return axes;
}

int RowFunction::side() const {
  const auto found = file_.metadata().find("side");
  int side = 0;
  if (found != file_.metadata().end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), side);
  }
  if (side < 0 || side > most_side) fail("{} speaks of images of side {}", path_.string(), side);
  return side;
}

void write_row_function(const fs::path& model, const char* method, const Input& input,
                        const PrincipalAxes& axes, std::span<const NamedMatrix> more) {
  std::vector<StoredTensor> tensors;
  const auto store = [&](const char* name, MatrixView matrix) {
    tensors.push_back({name, "F32", {matrix.rows, matrix.cols}, std::as_bytes(matrix.all())});
  };
  store("axes.mean", axes.mean);
  store("axes.directions", axes.directions);
  for (const NamedMatrix& named : more) store(named.name, named.matrix);
  write_safetensors(
      model, tensors,
      {{"method", method}, {"side", std::to_string(input.images ? input.images->side() : 0)}});
}

std::unique_ptr<Placing> placing_of_rows(PlaceRows place, int side, const Settings& settings,
                                         const std::string& device) {
  return std::make_unique<RowPlacing>(std::move(place), side, settings, device);
}

}  // namespace tsimcne
