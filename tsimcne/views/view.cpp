#include "tsimcne/views/view.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/views/colour.hpp"
#include "tsimcne/views/resize.hpp"
#include "tsimcne/views/rotation.hpp"
#include "tsimcne/views/unpack.hpp"

namespace tsimcne {
namespace {

struct Preset {
  std::string_view name;
  ViewOptions (*views)();
};

constexpr std::array<Preset, 3> presets{
    {{"natural", natural_views}, {"medical", medical_views}, {"digits", digit_views}}};

constexpr double no_limit = std::numeric_limits<double>::max();
constexpr std::string_view a_share = "a share of the area lies in (0, 1]";
constexpr std::string_view an_aspect = "width over height is positive";
constexpr std::string_view a_probability = "a probability lies in [0, 1]";
constexpr std::string_view a_factor = "a factor is drawn from 1 -+ this, which is not negative";

constexpr std::array<ViewField, 14> fields{{
    {"crop-area-low", &ViewOptions::crop_area_low, 1, a_share},
    {"crop-area-high", &ViewOptions::crop_area_high, 1, a_share},
    {"crop-aspect-low", &ViewOptions::crop_aspect_low, no_limit, an_aspect},
    {"crop-aspect-high", &ViewOptions::crop_aspect_high, no_limit, an_aspect},
    {"flip", &ViewOptions::flip, 1, a_probability},
    {"vertical-flip", &ViewOptions::vertical_flip, 1, a_probability},
    {"colour-jitter", &ViewOptions::colour_jitter, 1, a_probability},
    {"brightness", &ViewOptions::brightness, no_limit, a_factor},
    {"contrast", &ViewOptions::contrast, no_limit, a_factor},
    {"saturation", &ViewOptions::saturation, no_limit, a_factor},
    {"hue", &ViewOptions::hue, 0.5, "in turns of the colour circle, in [0, 0.5]"},
    {"grey", &ViewOptions::grey, 1, a_probability},
    {"quarter-turns", &ViewOptions::quarter_turns, 1, a_probability},
    {"rotation", &ViewOptions::rotation, 180, "in degrees, in [0, 180]"},
}};

// The checks are written so that a value that is no number fails them too.
void check_range(std::string_view name, double low, double high, double most,
                 std::string_view sentence) {
  if (!(0 < low && low <= high && high <= most)) fail("{} {},{}: {}", name, low, high, sentence);
}

int round_to_int(double x) {
  return static_cast<int>(std::lrint(x));
}

/// What torchvision takes where no drawn crop fits: as much of the middle as the aspects allow.
Crop central_crop(const ViewOptions& options, int side) {
  Crop crop{0, 0, side, side};
  if (options.crop_aspect_low > 1) crop.height = round_to_int(side / options.crop_aspect_low);
  if (options.crop_aspect_high < 1) crop.width = round_to_int(side * options.crop_aspect_high);
  crop.height = std::max(crop.height, 1);
  crop.width = std::max(crop.width, 1);
  crop.top = (side - crop.height) / 2;
  crop.left = (side - crop.width) / 2;
  return crop;
}

/// As torchvision's RandomResizedCrop.
Crop draw_crop(const ViewOptions& options, int side, Random& random) {
  const double log_low = std::log(options.crop_aspect_low);
  const double log_high = std::log(options.crop_aspect_high);
  for (int tries = 0; tries < 10; ++tries) {
    const double area = random.uniform(options.crop_area_low, options.crop_area_high);
    const double aspect = std::exp(random.uniform(log_low, log_high));
    const int width = round_to_int(side * std::sqrt(area * aspect));
    const int height = round_to_int(side * std::sqrt(area / aspect));
    if (width < 1 || width > side || height < 1 || height > side) continue;
    const int top = static_cast<int>(random.below(static_cast<uint32_t>(side - height + 1)));
    const int left = static_cast<int>(random.below(static_cast<uint32_t>(side - width + 1)));
    return {top, left, height, width};
  }
  return central_crop(options, side);
}

double draw_factor(double strength, Random& random) {
  return random.uniform(std::max(0.0, 1 - strength), 1 + strength);
}

void draw_colours(const ViewOptions& options, Random& random, View& view) {
  for (uint32_t i = 4; i > 1; --i) {
    std::swap(view.colour_order[i - 1], view.colour_order[random.below(i)]);
  }
  view.brightness = draw_factor(options.brightness, random);
  view.contrast = draw_factor(options.contrast, random);
  view.saturation = draw_factor(options.saturation, random);
  view.hue = random.uniform(-options.hue, options.hue);
}

/// A crop of an image as it is.
class CropRows : public Rows {
 public:
  CropRows(std::span<const uint8_t> image, int side, const Crop& crop)
      : Rows(crop.height, crop.width),
        pixels_(image.subspan(size_of(crop.top * side + crop.left))),
        side_(side) {}

  void make(int y, const Planes& row) const override {
    // Whole vectors of pixels, where the image goes on so far.
    const std::span<const uint8_t> pixels = pixels_.subspan(size_of(y * side_));
    unpack_pixels(
        pixels.first(std::min(pixels.size(), size_of((width() + slack - 1) / slack * slack))), row);
  }

 private:
  static size_t size_of(int pixels) { return 3 * static_cast<size_t>(pixels); }

  std::span<const uint8_t> pixels_;  // from the crop's first on
  int side_;
};

}  // namespace

ViewOptions natural_views() {
  return {};
}

ViewOptions medical_views() {
  ViewOptions options;
  options.vertical_flip = 0.5;
  options.colour_jitter = 0;
  options.grey = 0;
  options.quarter_turns = 1;
  options.rotation = 45;
  return options;
}

ViewOptions digit_views() {
  ViewOptions options;
  options.flip = 0;
  options.colour_jitter = 0;
  options.grey = 0;
  return options;
}

ViewOptions views_of_preset(std::string_view name) {
  for (const Preset& preset : presets) {
    if (preset.name == name) return preset.views();
  }
  fail("views \"{}\": no such preset; there are {}, {} and {}", name, presets[0].name,
       presets[1].name, presets[2].name);
}

std::span<const ViewField> view_fields() {
  return fields;
}

void validate(const ViewOptions& options) {
  check_range("crop-scale", options.crop_area_low, options.crop_area_high, 1,
              "the smaller share comes first; both lie in (0, 1]");
  check_range("crop-aspect", options.crop_aspect_low, options.crop_aspect_high, no_limit,
              "the smaller width over height comes first; both are positive");
  for (const ViewField& field : fields) {
    const double value = options.*field.value;
    if (!(0 <= value && value <= field.most)) fail("{} {}: {}", field.name, value, field.sentence);
  }
}

View draw_view(const ViewOptions& options, int side, Random& random) {
  View view;
  if (random.chance(options.quarter_turns)) view.quarter_turns = static_cast<int>(random.below(4));
  view.rotation = random.uniform(-options.rotation, options.rotation);
  view.crop = draw_crop(options, side, random);
  view.flip = random.chance(options.flip);
  view.vertical_flip = random.chance(options.vertical_flip);
  view.jitter = random.chance(options.colour_jitter);
  if (view.jitter) draw_colours(options, random, view);
  view.grey = random.chance(options.grey);
  return view;
}

void render_view(const View& view, std::span<const uint8_t> image, int side, int out_side,
                 std::span<float> out) {
  const Planes result{out.data(), out_side, out_side};
  const Mirrors mirrors{view.flip, view.vertical_flip};
  if (view.quarter_turns == 0 && view.rotation == 0) {
    resize(CropRows(image, side, view.crop), mirrors, result);
  } else {
    const Rotation rotation{view.quarter_turns, view.rotation};
    resize(RotatedRows(image, side, rotation, view.crop), mirrors, result);
  }
  change_colours(view, result);
}

}  // namespace tsimcne
