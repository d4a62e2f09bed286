#pragma once

#include <gtest/gtest.h>
#include <vips/vips.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/picture/palette.hpp"
#include "tsimcne/picture/picture.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

/// A picture as it is seen.
struct Pixels {
  int width = 0, height = 0;
  std::vector<uint8_t> values;  // [height, width, 3]

  double at(int x, int y, size_t channel) const {
    return values[static_cast<size_t>((y * width + x) * 3) + channel];
  }
  /// True where the pixel is within 30 of the colour.
  bool shows(int x, int y, const Colour& colour) const {
    const std::array wanted{colour.red, colour.green, colour.blue};
    for (size_t c = 0; c < 3; ++c) {
      if (std::abs(at(x, y, c) - 255 * wanted[c]) > 30) return false;
    }
    return true;
  }
  /// The mean column of the pixels left of `right` that show the colour, and how many there are.
  std::pair<double, int> find(const Colour& colour, int right) const {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < right; ++x) {
        if (!shows(x, y, colour)) continue;
        sum += x;
        ++count;
      }
    }
    return {sum / std::max(count, 1), count};
  }
};

/// Decodes a picture of any format, on white.
inline Pixels read_picture(const std::filesystem::path& path) {
  VipsImage* image = vips_image_new_from_file(path.c_str(), nullptr);
  if (image == nullptr) fail("{} cannot be decoded: {}", path.string(), vips_error_buffer());
  if (vips_image_hasalpha(image) != 0) {
    VipsArrayDouble* const white = vips_array_double_newv(3, 255.0, 255.0, 255.0);
    VipsImage* flat = nullptr;
    EXPECT_EQ(vips_flatten(image, &flat, "background", white, nullptr), 0);
    vips_area_unref(VIPS_AREA(white));
    g_object_unref(image);
    image = flat;
  }
  size_t bytes = 0;
  void* const memory = vips_image_write_to_memory(image, &bytes);
  EXPECT_EQ(vips_image_get_bands(image), 3);
  Pixels pixels{vips_image_get_width(image), vips_image_get_height(image), {}};
  const auto* const first = static_cast<uint8_t*>(memory);
  pixels.values.assign(first, first + bytes);
  g_free(memory);
  g_object_unref(image);
  return pixels;
}

/// Clusters side by side, ten units apart.
inline Map clusters(int64_t rows, int64_t dimensions, int32_t classes) {
  Random random(1, Stream::subset);
  Map map;
  map.points = Matrix(rows, dimensions);
  for (float& value : map.points.values) value = static_cast<float>(random.uniform(-2, 2));
  for (int64_t i = 0; i < rows; ++i) {
    const auto label = static_cast<int32_t>(i % classes);
    map.points.row(i)[0] += static_cast<float>(10 * label);
    map.catalog.labels.push_back(label);
  }
  for (int32_t label = 0; label < classes; ++label) {
    map.catalog.label_names.push_back(fmt::format("class {}", label));
  }
  map.catalog.paths.resize(static_cast<size_t>(rows));
  map.catalog.splits.resize(static_cast<size_t>(rows));
  return map;
}

/// Round clouds on a circle, one a class, with more points in the middle of each.
inline Map clouds(int64_t rows, int32_t classes) {
  Random random(2, Stream::subset);
  Map map = clusters(rows, 2, classes);
  for (int64_t i = 0; i < rows; ++i) {
    const double turn = 2 * 3.14159265358979 * static_cast<double>(i % classes) / classes;
    const double angle = random.uniform(0, 7), reach = 3 * random.uniform() * random.uniform();
    map.points.row(i)[0] = static_cast<float>(12 * std::cos(turn) + reach * std::cos(angle));
    map.points.row(i)[1] = static_cast<float>(9 * std::sin(turn) + reach * std::sin(angle));
  }
  return map;
}

inline Map without_labels(Map map) {
  map.catalog.label_names.clear();
  map.catalog.labels.assign(static_cast<size_t>(map.size()), -1);
  return map;
}

/// The images of a map: `value(image, pixel, channel)` in 0 .. 255.
template <typename Value>
ImageSet make_images(const Map& map, int side, const Value& value) {
  PackWriter writer("");
  const std::span<uint8_t> room = writer.make_room(map.size(), side);
  size_t at = 0;
  for (int64_t i = 0; i < map.size(); ++i) {
    for (int pixel = 0; pixel < side * side; ++pixel) {
      for (size_t channel = 0; channel < 3; ++channel) room[at++] = value(i, pixel, channel);
    }
  }
  ImageSet::Contents contents;
  contents.side = side;
  contents.catalog = map.catalog;
  return ImageSet(writer.finish(std::move(contents)));
}

/// An image a point, of the side and the colour of its class, with a dark cross through it.
inline ImageSet images_of(const Map& map, int side) {
  const auto colours = class_colours(std::ssize(map.catalog.label_names));
  return make_images(map, side, [&](int64_t i, int pixel, size_t channel) {
    const int32_t label = map.catalog.labels[static_cast<size_t>(i)];
    const Colour& colour = label < 0 ? single_blue : colours[static_cast<size_t>(label)];
    const bool cross = pixel / side == side / 2 || pixel % side == side / 2;
    return cross ? uint8_t{40} : bytes_of(colour)[channel];
  });
}

/// A test that draws pictures and looks at them.
class Drawn : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(VIPS_INIT("test_picture"), 0);
    vips_cache_set_max(0);  // a picture that is drawn again under its name is read again
  }

  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  Pixels draw(const Map& map, const PictureOptions& options = {},
              const std::string& name = "map.png") const {
    draw_map(map, options, path(name));
    return read_picture(path(name));
  }
  Pixels draw(const Map& map, const ImageSet& images, const PictureOptions& options,
              const std::string& name = "map.png") const {
    draw_map(map, images, options, path(name));
    return read_picture(path(name));
  }

 private:
  TemporaryFolder folder_;
};

/// Whether this libvips can show pictures of the kind.
inline bool can_read(const char* kind) {
  return vips_type_find("VipsOperation", kind) != 0;
}

/// The mean colours of 40 x 40 parts of a picture: what is left of it from afar, where the fonts
/// and edges of one machine and another's look the same.
inline std::vector<double> from_afar(const Pixels& pixels) {
  constexpr int parts = 40;
  std::vector<double> means;
  for (int part = 0; part < parts * parts; ++part) {
    const int left = pixels.width * (part % parts) / parts;
    const int right = pixels.width * (part % parts + 1) / parts;
    const int top = pixels.height * (part / parts) / parts;
    const int bottom = pixels.height * (part / parts + 1) / parts;
    for (size_t channel = 0; channel < 3; ++channel) {
      double sum = 0;
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) sum += pixels.at(x, y, channel);
      }
      means.push_back(sum / ((right - left) * (bottom - top)));
    }
  }
  return means;
}

/// How far two pictures differ from afar: on the mean, and where they differ most (0 .. 255).
inline std::pair<double, double> difference(const Pixels& a, const Pixels& b) {
  const std::vector<double> left = from_afar(a), right = from_afar(b);
  double sum = 0, most = 0;
  for (size_t i = 0; i < left.size(); ++i) {
    const double distance = std::abs(left[i] - right[i]);
    sum += distance;
    most = std::max(most, distance);
  }
  return {sum / static_cast<double>(left.size()), most};
}

}  // namespace tsimcne
