#pragma once

// A view rendered as its definition reads: a step at a time, a pixel at a time, in doubles where
// that is simpler. Slow, and what the fast way is compared with.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "tsimcne/random.hpp"
#include "tsimcne/views/planes.hpp"
#include "tsimcne/views/rotation.hpp"
#include "tsimcne/views/view.hpp"

namespace tsimcne::plain {

struct Image {
  Image(int h, int w) : height(h), width(w), values(size_t{3} * h * w) {}

  float& at(int c, int y, int x) { return values[(c * height + y) * width + x]; }
  float at(int c, int y, int x) const { return values[(c * height + y) * width + x]; }
  int pixels() const { return height * width; }
  Planes planes() { return {values.data(), height, width}; }

  int height, width;
  std::vector<float> values;  // three planes
};

inline std::vector<uint8_t> random_bytes(int count, uint64_t seed) {
  Random random(seed, Stream::drawing);
  std::vector<uint8_t> bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
  return bytes;
}

inline float largest_difference(std::span<const float> a, std::span<const float> b) {
  float most = a.size() == b.size() ? 0 : INFINITY;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    // Written so that what is no number differs most.
    if (!(std::abs(a[i] - b[i]) <= most)) most = std::abs(a[i] - b[i]);
  }
  return most;
}

inline Image cut_crop(std::span<const uint8_t> image, int side, const Crop& crop) {
  Image out(crop.height, crop.width);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < crop.height; ++y) {
      for (int x = 0; x < crop.width; ++x) {
        const int pixel = (crop.top + y) * side + crop.left + x;
        out.at(c, y, x) = image[3 * pixel + c] * (1 / 255.0f);
      }
    }
  }
  return out;
}

inline std::array<float, 3> mean_border_colour(std::span<const uint8_t> image, int side) {
  std::array<double, 3> sum{};
  int count = 0;
  for (int i = 0; i < side * side; ++i) {
    const int y = i / side, x = i % side;
    if (y != 0 && y != side - 1 && x != 0 && x != side - 1) continue;
    for (int c = 0; c < 3; ++c) sum[c] += image[3 * i + c];
    ++count;
  }
  std::array<float, 3> mean;
  for (int c = 0; c < 3; ++c) mean[c] = static_cast<float>(sum[c] / (255.0 * count));
  return mean;
}

/// Between the centres of pixels; beyond the outermost centres the outermost pixels go on.
inline double interpolate(std::span<const uint8_t> image, int side, int c, double x, double y) {
  x = std::clamp(x, 0.0, side - 1.0);
  y = std::clamp(y, 0.0, side - 1.0);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, side - 1), bottom = std::min(top + 1, side - 1);
  const auto level = [&](int v, int u) { return double{1} * image[3 * (v * side + u) + c]; };
  const double above = std::lerp(level(top, left), level(top, right), x - left);
  const double below = std::lerp(level(bottom, left), level(bottom, right), x - left);
  return std::lerp(above, below, y - top) / 255;
}

inline Image cut_rotated_crop(std::span<const uint8_t> image, int side, const Rotation& rotation,
                              const Crop& crop) {
  const std::array<float, 3> fill = mean_border_colour(image, side);
  const double angle = (90 * rotation.quarter_turns + rotation.degrees) * std::numbers::pi / 180;
  const double centre = (side - 1) / 2.0;
  Image out(crop.height, crop.width);
  for (int v = 0; v < crop.height; ++v) {
    for (int u = 0; u < crop.width; ++u) {
      // From the centre, x to the right and y down; the pixel's origin lies clockwise of it.
      const double x = crop.left + u - centre, y = crop.top + v - centre;
      const double from_x = std::cos(angle) * x - std::sin(angle) * y;
      const double from_y = std::sin(angle) * x + std::cos(angle) * y;
      const bool inside = std::max(std::abs(from_x), std::abs(from_y)) <= side / 2.0;
      for (int c = 0; c < 3; ++c) {
        out.at(c, v, u) =
            !inside
                ? fill[c]
                : static_cast<float>(interpolate(image, side, c, centre + from_x, centre + from_y));
      }
    }
  }
  return out;
}

/// The weights of an axis of `in` pixels in pixel i of one of `out`: a triangle about i's centre.
inline std::vector<double> triangle(int in, int out, int i) {
  const double scale = static_cast<double>(in) / out;
  std::vector<double> weights(in);
  double sum = 0;
  for (int j = 0; j < in; ++j) {
    const double distance = std::abs(j + 0.5 - (i + 0.5) * scale);
    sum += weights[j] = std::max(0.0, 1 - distance / std::max(scale, 1.0));
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// Each row made `width` long; transposed, so that going twice over an image resizes both axes.
inline Image resize_rows_and_transpose(const Image& in, int width) {
  Image out(width, in.height);
  for (int x = 0; x < width; ++x) {
    const std::vector<double> weights = triangle(in.width, width, x);
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < in.height; ++y) {
        double sum = 0;
        for (int j = 0; j < in.width; ++j) sum += weights[j] * in.at(c, y, j);
        out.at(c, x, y) = static_cast<float>(sum);
      }
    }
  }
  return out;
}

inline Image resize(const Image& in, int height, int width) {
  return resize_rows_and_transpose(resize_rows_and_transpose(in, width), height);
}

inline Image mirror(const Image& in, bool sideways, bool upside_down) {
  Image out(in.height, in.width);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < in.height; ++y) {
      for (int x = 0; x < in.width; ++x) {
        out.at(c, y, x) =
            in.at(c, upside_down ? in.height - 1 - y : y, sideways ? in.width - 1 - x : x);
      }
    }
  }
  return out;
}

using Colour = std::array<float, 3>;

/// Calls `change` with every pixel's colour and puts back what it makes of it.
void change_pixels(Image& image, const auto& change) {
  const int pixels = image.pixels();
  for (int i = 0; i < pixels; ++i) {
    float* x = image.values.data() + i;
    const Colour colour = change(Colour{x[0], x[pixels], x[2 * pixels]});
    for (int c = 0; c < 3; ++c) x[c * pixels] = colour[c];
  }
}

/// ITU-R BT.601 with the 16-bit weights of PIL.
inline float luma(const Colour& c) {
  return (19595 * c[0] + 38470 * c[1] + 7471 * c[2]) / 65536;
}

/// `from` at factor 0, `to` at factor 1, beyond it at larger ones.
inline Colour blend(float from, const Colour& to, float factor) {
  Colour colour;
  for (int c = 0; c < 3; ++c) colour[c] = std::clamp(from + factor * (to[c] - from), 0.0f, 1.0f);
  return colour;
}

inline float rounded_mean_luma(const Image& image) {
  double sum = 0;
  const int pixels = image.pixels();
  for (int i = 0; i < pixels; ++i) {
    const float* x = image.values.data() + i;
    sum += luma({x[0], x[pixels], x[2 * pixels]});
  }
  return static_cast<float>(std::floor(255 * sum / pixels + 0.5) / 255);
}

/// By way of HSV, as books have it.
inline Colour turn_hue(const Colour& rgb, double turns) {
  const auto [r, g, b] = rgb;
  const double most = std::max({r, g, b}), span = most - std::min({r, g, b});
  if (span == 0) return rgb;
  double sixths = most == r ? (g - b) / span : most == g ? 2 + (b - r) / span : 4 + (r - g) / span;
  sixths += 6 * turns;
  const auto channel = [&](double n) {
    const double k = std::fmod(n + sixths + 12, 6);
    return static_cast<float>(most - span * std::clamp(std::min(k, 4 - k), 0.0, 1.0));
  };
  return {channel(5), channel(3), channel(1)};
}

inline void change_colour(Image& image, const View& view, ColourStep step) {
  const auto factor = [](double x) { return static_cast<float>(x); };
  switch (step) {
    case ColourStep::brightness:
      return change_pixels(image, [&](auto c) { return blend(0, c, factor(view.brightness)); });
    case ColourStep::contrast: {
      const float grey = rounded_mean_luma(image);
      return change_pixels(image, [&](auto c) { return blend(grey, c, factor(view.contrast)); });
    }
    case ColourStep::saturation:
      return change_pixels(image,
                           [&](auto c) { return blend(luma(c), c, factor(view.saturation)); });
    case ColourStep::hue:
      return change_pixels(image, [&](auto c) { return turn_hue(c, view.hue); });
  }
}

inline void change_colours(const View& view, Image& image) {
  if (view.jitter) {
    for (const ColourStep step : view.colour_order) change_colour(image, view, step);
  }
  if (view.grey) change_pixels(image, [](auto c) { return blend(luma(c), c, 0); });
}

inline Image render_view(const View& view, std::span<const uint8_t> image, int side, int out_side) {
  const bool turned = view.quarter_turns != 0 || view.rotation != 0;
  const Rotation rotation{view.quarter_turns, view.rotation};
  const Image cut = turned ? cut_rotated_crop(image, side, rotation, view.crop)
                           : cut_crop(image, side, view.crop);
  Image out = mirror(resize(cut, out_side, out_side), view.flip, view.vertical_flip);
  change_colours(view, out);
  return out;
}

}  // namespace tsimcne::plain
