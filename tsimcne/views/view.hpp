#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "tsimcne/random.hpp"
#include "tsimcne/views/crop.hpp"

namespace tsimcne {

/// The family that random views are drawn from: probabilities and ranges. Defaults are the
/// published ones for natural images (Boehm, Berens, Kobak, ICLR 2023; SimCLR, Chen et al. 2020).
struct ViewOptions {
  double crop_area_low = 0.2;     // smallest share of the area a crop may take; lower is harder
  double crop_area_high = 1.0;    // largest share
  double crop_aspect_low = 0.75;  // width over height, log-uniform between low and high
  double crop_aspect_high = 4.0 / 3.0;
  double flip = 0.5;           // probability of a left-right mirror
  double vertical_flip = 0;    // probability of a top-bottom mirror
  double colour_jitter = 0.8;  // probability of the four colour changes, in random order
  double brightness = 0.4;     // factor uniform in 1 -+ this
  double contrast = 0.4;       // factor uniform in 1 -+ this
  double saturation = 0.4;     // factor uniform in 1 -+ this
  double hue = 0.1;            // turn uniform in -+ this, in turns of the colour circle
  double grey = 0.2;           // probability of a grey view
  double quarter_turns = 0;    // probability of a turn by a random multiple of 90 degrees
  double rotation = 0;         // rotate by an angle uniform in -+ this, degrees, the mean border
                               // colour as fill
};

/// The published family for photographs.
ViewOptions natural_views();
/// For images without an up or left and whose colour is their content: any angle (a quarter turn
/// and up to 45 degrees more), both mirrors, no colour changes.
ViewOptions medical_views();
/// For signs that a mirror or a colour would change: crops alone.
ViewOptions digit_views();
/// The family of one of the names natural, medical and digits; throws an Error for any other.
ViewOptions views_of_preset(std::string_view name);

/// An option by its name, for checks and for files.
struct ViewField {
  std::string_view name;
  double ViewOptions::*value;
  double most;                // the largest value that can be; the smallest is 0
  std::string_view sentence;  // what is possible
};

/// All options.
std::span<const ViewField> view_fields();

/// Throws an Error that names the first option that cannot be.
void validate(const ViewOptions& options);

enum class ColourStep : uint8_t { brightness, contrast, saturation, hue };

/// One view of one image: everything that was drawn at random, in the order in which it is applied.
/// As it stands here, with a crop of the whole image, it changes nothing.
struct View {
  int quarter_turns = 0;  // counterclockwise, of the whole image
  double rotation = 0;    // degrees counterclockwise, of the whole image
  Crop crop;
  bool flip = false;
  bool vertical_flip = false;
  bool jitter = false;  // whether the four colour changes take place, in colour_order
  std::array<ColourStep, 4> colour_order{ColourStep::brightness, ColourStep::contrast,
                                         ColourStep::saturation, ColourStep::hue};
  double brightness = 1, contrast = 1, saturation = 1, hue = 0;
  bool grey = false;
};

/// Draws a view of a side x side image.
View draw_view(const ViewOptions& options, int side, Random& random);

/// Renders a view of `image` (side * side * 3 bytes, RGB, row after row) as 3 planes of
/// out_side x out_side floats in [0, 1] at `out`.
void render_view(const View& view, std::span<const uint8_t> image, int side, int out_side,
                 std::span<float> out);

}  // namespace tsimcne
