#include "tsimcne/methods/rows_on.hpp"

#include "tsimcne/error.hpp"
#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/pixel_rows.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

bool on_pixels(const Settings& settings) {
  return !settings.has("on") || settings.text("on") == "pixels";
}

/// Whether a run's function is a network, which makes features of images.
bool has_network(const fs::path& run) {
  const fs::path model = run / "model.safetensors";
  return fs::exists(model) && StoredTensors::read(model).metadata().contains("recipe");
}

}  // namespace

void settle_on(Settings& settings) {
  if (on_pixels(settings)) return;
  const fs::path on = fs::absolute(settings.path("on")).lexically_normal();
  const bool is_run = fs::exists(on / "features.npy");
  if (!is_run && !(is_number_rows(on) && fs::exists(on))) {
    fail(
        "--on {}: expected pixels, a run with features.npy, or a file of numbers (.npy, .npz, "
        ".csv)",
        settings.text("on"));
  }
  settings.set("on", on.string());
  if (!has_network(on)) return;
  const Model earlier = load_model(on, "cpu");  // which sees images of this size
  settings.set("image-size", int64_t{earlier.side()});
  settings.set("fit", earlier.fit() == Fit::pad ? "pad" : "crop");
}

RowSource rows_on(const Settings& settings, Input& input) {
  if (!input.images) {
    if (settings.has("on")) {
      fail("--on {} is for images, and the input is rows of numbers; leave it out",
           settings.text("on"));
    }
    return source_of(*input.rows);
  }
  if (on_pixels(settings)) return pixels_of(*input.images);
  const fs::path on = settings.path("on");
  input.rows = std::make_shared<const Matrix>(
      read_number_rows(fs::is_directory(on) ? on / "features.npy" : on).numbers);
  if (input.rows->rows != input.images->size()) {
    fail("--on {} has {} rows for {} images; expected one an image, in the same order", on.string(),
         input.rows->rows, input.images->size());
  }
  return source_of(*input.rows);
}

RowSource rows_of_new(const Settings& settings, Input& input, const std::string& device,
                      const PlacingProgress& progress) {
  if (!input.images) return source_of(*input.rows);
  if (on_pixels(settings)) return pixels_of(*input.images);
  const fs::path on = settings.path("on");
  if (!has_network(on)) {
    fail(
        "the map was made of the numbers in {}, where no network is that would make such numbers "
        "of "
        "images: only such rows can be placed",
        on.string());
  }
  input.rows = std::make_shared<const Matrix>(
      load_model(on, device).transform(*input.images, progress).features);
  return source_of(*input.rows);
}

}  // namespace tsimcne
