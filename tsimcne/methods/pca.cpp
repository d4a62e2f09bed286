#include "tsimcne/methods/pca.hpp"

#include "tsimcne/error.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/methods/row_function.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

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
        components_(beginning.settings.whole("out-dim")) {}

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
  Matrix places(std::span<const int64_t>) const override { return {}; }

  /// It is made again in less time than a checkpoint is read.
  void save(const fs::path&) const override {}

  void save_function(const fs::path& model, const Listener&) const override {
    write_row_function(model, "pca", input_, *axes_);
  }

 private:
  Input input_;
  RowSource rows_;  // of it
  int64_t components_;
  std::optional<PrincipalAxes> axes_;
  Matrix points_;
};

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
  const RowFunction function = RowFunction::read(run);
  return placing_of_rows(
      [axes = function.axes()](const RowSource& rows) { return project(axes, rows); },
      function.side(), settings, device);
}

}  // namespace

const Making pca_making{settle, begin, load, load_placing_of};

}  // namespace tsimcne
