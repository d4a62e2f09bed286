#include "tsimcne/picture/palette.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace tsimcne {

namespace {

// Found by simulated annealing: the smallest distance in OKLab between any two colours is as large
// as it can be over normal sight and full protanopia, deuteranopia and tritanopia (Machado,
// Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency",
// 2009). The first few are the plainest.
constexpr std::array<uint32_t, 10> ten{0x0157a0, 0xe65408, 0x009c6e, 0xf9cc03, 0xa40067,
                                       0x57b6fc, 0x695204, 0xfd79c7, 0x945ce6, 0x06f3c2};
constexpr std::array<uint32_t, 20> twenty{0x1367e0, 0x92f569, 0xf75268, 0x4a4b06, 0xfdb4fe,
                                          0x78027a, 0x938407, 0x27a9fe, 0xfc9f69, 0xbb135f,
                                          0xbc94ba, 0x686088, 0x9271fd, 0x8abc08, 0x07a180,
                                          0xca52b9, 0x1636ab, 0xd0deb1, 0x945223, 0x13d9cd};

/// OKLab in polar coordinates (Ottosson, "A perceptual color space for image processing", 2020):
/// lightness 0 .. 1, chroma 0 .. about 0.3, hue in radians.
struct Oklch {
  double lightness, chroma, hue;
};

double to_linear(double x) {
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

double from_linear(double x) {
  return x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
}

Oklch to_oklch(const Colour& colour) {
  const double r = to_linear(colour.red), g = to_linear(colour.green), b = to_linear(colour.blue);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const double a_axis = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
  const double b_axis = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, std::hypot(a_axis, b_axis),
          std::atan2(b_axis, a_axis)};
}

/// Linear light, which may lie outside 0 .. 1.
std::array<double, 3> linear_light(const Oklch& colour) {
  const double a = colour.chroma * std::cos(colour.hue), b = colour.chroma * std::sin(colour.hue);
  const double l = std::pow(colour.lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(colour.lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(colour.lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

/// The colour with as much of its chroma as a screen can show.
Colour to_colour(Oklch colour) {
  std::array<double, 3> light = linear_light(colour);
  while (colour.chroma > 0.001 &&
         !std::ranges::all_of(light, [](double x) { return x >= 0 && x <= 1; })) {
    colour.chroma *= 0.97;
    light = linear_light(colour);
  }
  for (double& x : light) x = from_linear(std::clamp(x, 0.0, 1.0));
  return {light[0], light[1], light[2]};
}

Colour from_hex(uint32_t hex) {
  return {(hex >> 16) / 255.0, (hex >> 8 & 255) / 255.0, (hex & 255) / 255.0};
}

/// Hues a golden angle apart, so that any run of classes is spread round the circle, at lightness
/// values that take turns.
Colour generated_colour(int64_t i) {
  constexpr std::array<double, 3> lightness{0.62, 0.48, 0.76};
  const double turn = static_cast<double>(i) * (2 - std::numbers::phi) + 0.7;
  return to_colour({lightness[static_cast<size_t>(i % 3)], 0.17,
                    2 * std::numbers::pi * (turn - std::floor(turn))});
}

}  // namespace

std::array<uint8_t, 3> bytes_of(const Colour& colour) {
  const auto byte = [](double x) { return static_cast<uint8_t>(std::lround(255 * x)); };
  return {byte(colour.red), byte(colour.green), byte(colour.blue)};
}

std::vector<Colour> class_colours(int64_t classes) {
  std::vector<Colour> colours;
  const std::span<const uint32_t> fixed =
      classes <= std::ssize(ten) ? std::span<const uint32_t>(ten) : std::span(twenty);
  for (int64_t i = 0; i < classes; ++i) {
    colours.push_back(classes <= std::ssize(fixed) ? from_hex(fixed[static_cast<size_t>(i)])
                                                   : generated_colour(i));
  }
  return colours;
}

Colour towards_white(const Colour& colour, double share) {
  const auto mix = [share](double x) { return x + (1 - x) * share; };
  return {mix(colour.red), mix(colour.green), mix(colour.blue)};
}

Colour density_colour(double share) {
  const double hue = to_oklch(single_blue).hue;
  return to_colour({1 - 0.68 * share, 0.13 * std::sin(0.75 * std::numbers::pi * share), hue});
}

Colour text_colour(const Colour& colour) {
  Oklch dark = to_oklch(colour);
  dark.lightness = std::min(dark.lightness, 0.40);
  return to_colour(dark);
}

}  // namespace tsimcne
