#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tsimcne/explore/exhibit.hpp"
#include "tsimcne/explore/pixels.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {

/// JPEGs of one grey each, brighter and brighter, in the folders "dark" and "light".
inline void write_greys(const std::filesystem::path& folder, int count, int side) {
  for (int i = 0; i < count; ++i) {
    Pixels pixels(side);
    std::ranges::fill(pixels.values, static_cast<uint8_t>(255 * i / count));
    const auto place = folder / (2 * i < count ? "dark" : "light");
    std::filesystem::create_directories(place);
    write_whole_file(place / fmt::format("{:03}.jpg", i), encode_jpeg(pixels, 95));
  }
}

/// A map of such images on a circle, with features on one of twice the size.
inline Exhibit small_exhibit(const std::filesystem::path& folder, int count, int side) {
  write_greys(folder, count, side);
  Exhibit exhibit;
  exhibit.title = "small";
  exhibit.images = open_images(folder);
  const int64_t n = exhibit.images->size();
  exhibit.map.catalog = exhibit.images->catalog();
  exhibit.map.points = Matrix(n, 2);
  exhibit.map.features = Matrix(n, 3);
  for (int64_t i = 0; i < n; ++i) {
    const double turn = 6.283185307 * static_cast<double>(i) / static_cast<double>(n);
    const float x = static_cast<float>(std::cos(turn)), y = static_cast<float>(std::sin(turn));
    exhibit.map.points.row(i)[0] = x;
    exhibit.map.points.row(i)[1] = y;
    exhibit.map.features.row(i)[0] = 2 * x;
    exhibit.map.features.row(i)[1] = 2 * y;
  }
  exhibit.originals = folder;
  return exhibit;
}

}  // namespace tsimcne
