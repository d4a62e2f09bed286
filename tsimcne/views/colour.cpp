#include "tsimcne/views/colour.hpp"

#include <algorithm>
#include <cmath>

// Loops over the pixels of three planes, free of branches, for the compiler to vectorise.

namespace tsimcne {
namespace {

/// ITU-R BT.601 with the 16-bit weights of PIL.
float luma(float red, float green, float blue) {
  return (19595 * red + 38470 * green + 7471 * blue) / 65536;
}

float mean_luma(const Planes& image) {
  const float *red = image.red(), *green = image.green(), *blue = image.blue();
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int i = 0; i < image.pixels(); ++i) sum += luma(red[i], green[i], blue[i]);
  return sum / static_cast<float>(image.pixels());
}

/// `from` at factor 0, `to` at factor 1, beyond it at larger ones.
float blend(float from, float to, float factor) {
  return std::clamp(from + factor * (to - from), 0.0f, 1.0f);
}

/// One channel of a colour given by its largest channel, the span from the smallest to the largest
/// and its hue in sixths of a turn plus 5 for red, 3 for green, 1 for blue; `sixths` >= 0.
float channel_of_hue(float largest, float span, float sixths) {
  const float k = sixths - 6 * static_cast<float>(static_cast<int>(sixths * (1 / 6.0f)));
  return largest - span * std::clamp(std::min(k, 4 - k), 0.0f, 1.0f);
}

}  // namespace

void change_brightness(const Planes& image, float factor) {
  for (int i = 0; i < 3 * image.pixels(); ++i) image.values[i] = blend(0, image.values[i], factor);
}

void change_contrast(const Planes& image, float factor) {
  const float grey = std::floor(255 * mean_luma(image) + 0.5f) / 255;
  for (int i = 0; i < 3 * image.pixels(); ++i)
    image.values[i] = blend(grey, image.values[i], factor);
}

void change_saturation(const Planes& image, float factor) {
  float* __restrict red = image.red();
  float* __restrict green = image.green();
  float* __restrict blue = image.blue();
  for (int i = 0; i < image.pixels(); ++i) {
    const float grey = luma(red[i], green[i], blue[i]);
    red[i] = blend(grey, red[i], factor);
    green[i] = blend(grey, green[i], factor);
    blue[i] = blend(grey, blue[i], factor);
  }
}

void turn_hue(const Planes& image, float turns) {
  const float shift = 6 * (turns < 0 ? turns + 1 : turns);
  float* __restrict red = image.red();
  float* __restrict green = image.green();
  float* __restrict blue = image.blue();
  for (int i = 0; i < image.pixels(); ++i) {
    const float r = red[i], g = green[i], b = blue[i];
    const float largest = std::max(r, std::max(g, b));
    const float span = largest - std::min(r, std::min(g, b));
    const bool is_red = r == largest, is_green = g == largest;
    const float difference = is_red ? g - b : is_green ? b - r : r - g;
    const float offset = is_red ? 0.0f : is_green ? 2.0f : 4.0f;
    // In sixths of a turn from red, -1 to 5; greys have any.
    const float hue = shift + offset + difference / std::max(span, 1e-9f);
    red[i] = channel_of_hue(largest, span, hue + 5);
    green[i] = channel_of_hue(largest, span, hue + 3);
    blue[i] = channel_of_hue(largest, span, hue + 1);
  }
}

void make_grey(const Planes& image) {
  float* __restrict red = image.red();
  float* __restrict green = image.green();
  float* __restrict blue = image.blue();
  for (int i = 0; i < image.pixels(); ++i) {
    red[i] = green[i] = blue[i] = luma(red[i], green[i], blue[i]);
  }
}

}  // namespace tsimcne
