#include "tsimcne/methods/pca.hpp"

#include <array>
#include <charconv>

#include "tsimcne/error.hpp"
#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr int most_side = 65536;  // of an image, in pixels

std::string shares_in_words(const std::vector<double>& shares) {
  std::string words;
  for (size_t c = 0; c < shares.size(); ++c) {
    words += fmt::format("{}{:.1f} %",
                         c == 0                  ? ""
                         : c + 1 < shares.size() ? ", "
                                                 : " and ",
                         100 * shares[c]);
  }
  return words;
}

/// The principal components of an input, which are found at once.
class Pca final : public Method {
 public:
  explicit Pca(const Beginning& beginning)
      : input_(beginning.input),
        rows_(rows_on(beginning.settings, input_)),
        components_(beginning.settings.whole("out-dim")),
        fit_(beginning.settings.text("fit")) {}

  void advance() override {
    axes_ = principal_axes(rows_, components_);
    points_ = project(*axes_, rows_);
  }

  bool finished() const override { return axes_.has_value(); }
  bool has_map() const override { return finished(); }
  Progress progress() const override { return {}; }
  bool record(Settings&) const override { return false; }

  Map map(const Listener&) const override {
    return {.points = points_,
            .features = input_.rows ? *input_.rows : Matrix(),
            .catalog = input_.catalog,
            .note = fmt::format("The first {} principal components, which hold {} of the variance",
                                points_.cols, shares_in_words(axes_->shares))};
  }
  Matrix places(const ImageSet&) const override { return {}; }

  /// It is made again in less time than a checkpoint is read.
  void save(const fs::path&) const override {}

  void save_function(const fs::path& model, const Listener&) const override {
    const auto stored = [](const char* name, const Matrix& matrix) {
      return StoredTensor{
          name, "F32", {matrix.rows, matrix.cols}, std::as_bytes(std::span(matrix.values))};
    };
    const std::array tensors{stored("axes.mean", axes_->mean),
                             stored("axes.directions", axes_->directions)};
    write_safetensors(model, tensors,
                      {{"method", "pca"},
                       {"side", std::to_string(input_.images ? input_.images->side() : 0)},
                       {"fit", fit_}});
  }

 private:
  Input input_;
  RowSource rows_;  // of it
  int64_t components_;
  std::string fit_;  // how its images became squares
  std::optional<PrincipalAxes> axes_;
  Matrix points_;
};

/// Axes that were found, and how to come to the numbers that go along them.
class PcaPlacing final : public Placing {
 public:
  PcaPlacing(PrincipalAxes axes, int side, Fit fit, const Settings& settings, std::string device)
      : axes_(std::move(axes)),
        side_(side),
        fit_(fit),
        settings_(settings),
        device_(std::move(device)) {}
  int side() const override { return side_; }
  Fit fit() const override { return fit_; }
  Map transform(const Input& input, const PlacingProgress& progress) const override {
    Input seen = input;
    const RowSource rows = rows_of_new(settings_, seen, device_, progress);
    Map map;
    map.points = project(axes_, rows);
    map.catalog = input.catalog;
    if (seen.rows) map.features = *seen.rows;
    return map;
  }

 private:
  PrincipalAxes axes_;
  int side_;
  Fit fit_;
  Settings settings_;
  std::string device_;
};

/// A matrix of floats in the file, or an Error that names it.
Matrix matrix_in(const StoredTensors& file, std::string_view name, const fs::path& path) {
  for (const StoredTensor& tensor : file.tensors()) {
    if (tensor.name != name || tensor.type != "F32" || tensor.shape.size() != 2) continue;
    Matrix matrix(tensor.shape[0], tensor.shape[1]);
    std::ranges::copy(tensor.bytes, std::as_writable_bytes(std::span(matrix.values)).begin());
    require_finite(matrix, path.string());
    return matrix;
  }
  fail("{} has no matrix \"{}\"; it is no map by pca, or is damaged", path.string(), name);
}

void settle(Settings& settings) {
  settle_on(settings);
  if (!settings.has("out-dim")) settings.set("out-dim", int64_t{2});
}

std::unique_ptr<Method> begin(const Beginning& beginning) {
  return std::make_unique<Pca>(beginning);
}

std::unique_ptr<Method> load(const fs::path&, const Beginning& beginning) {
  return begin(beginning);
}

std::unique_ptr<Placing> load_placing_of(const fs::path& run, const Settings& settings,
                                         const std::string& device) {
  const fs::path path = run / "model.safetensors";
  if (!fs::exists(path))
    fail("{} holds no model.safetensors; its map is not finished", run.string());
  const StoredTensors file = StoredTensors::read(path);
  PrincipalAxes axes{matrix_in(file, "axes.mean", path), matrix_in(file, "axes.directions", path)};
  if (axes.mean.rows != 1 || axes.mean.cols != axes.directions.cols) {
    fail("{} has axes of {} numbers and a mean of {}; it is damaged", path.string(),
         axes.directions.cols, axes.mean.cols);
  }
  const auto found = file.metadata().find("side");
  int side = 0;
  if (found != file.metadata().end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), side);
  }
  if (side < 0 || side > most_side) fail("{} speaks of images of side {}", path.string(), side);
  return std::make_unique<PcaPlacing>(std::move(axes), side, fit_of(settings), settings, device);
}

}  // namespace

const Making pca_making{settle, begin, load, load_placing_of};

}  // namespace tsimcne
