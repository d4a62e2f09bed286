#include "tsimcne/dictionary/dictionary.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/images/contents.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/measure/measure.hpp"

namespace tsimcne {
namespace {

using Value = std::function<double(int x, int y, int channel)>;

/// Images in memory, of labels 0 .. classes - 1 in turn.
ImageSet make_images(int64_t n, int side, int classes, const std::function<Value(int64_t)>& draw) {
  PackWriter writer("");
  const std::span<uint8_t> room = writer.make_room(n, side);
  ImageSet::Contents contents;
  contents.side = side;
  size_t at = 0;
  for (int64_t i = 0; i < n; ++i) {
    const Value value = draw(i);
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        for (int channel = 0; channel < 3; ++channel) {
          room[at++] = static_cast<uint8_t>(std::clamp(value(x, y, channel), 0.0, 255.0));
        }
      }
    }
    contents.catalog.paths.push_back(std::to_string(i));
    contents.catalog.labels.push_back(static_cast<int32_t>(i % classes));
    contents.catalog.splits.emplace_back();
  }
  for (int c = 0; c < classes; ++c) contents.catalog.label_names.push_back(std::to_string(c));
  return ImageSet(writer.finish(std::move(contents)));
}

/// Noise, smeared in one of four directions, on a ground that gets brighter in any direction.
ImageSet brushed(int64_t n, int side = 20) {
  return make_images(n, side, 4, [side](int64_t i) -> Value {
    const int dx = i % 4 == 1 ? 0 : 1, dy = std::array{0, 1, 1, -1}[static_cast<size_t>(i % 4)];
    Random ground(6, Stream::drawing, static_cast<uint32_t>(i));
    const double right = ground.uniform(-6, 6), down = ground.uniform(-6, 6);
    return [=](int x, int y, int channel) {
      double sum = right * (x - side / 2) + down * (y - side / 2);
      for (int t = 0; t < 5; ++t) {
        const int place = (y + t * dy + 10) * 1000 + x + t * dx;
        Random random(5, Stream::drawing, static_cast<uint32_t>(i), static_cast<uint32_t>(place));
        for (int c = 0; c < channel; ++c) random.uniform();
        sum += random.uniform(-25, 25);
      }
      return 128 + sum;
    };
  });
}

constexpr DictionaryOptions small{
    .atoms = 200, .cells = 2, .directions = 30, .left_out = 2, .components = 24};

Matrix features_of(const Dictionary& dictionary, const ImageSet& images) {
  std::vector<std::span<const uint8_t>> pixels;
  for (int64_t i = 0; i < images.size(); ++i) pixels.push_back(images.pixels(i));
  return dictionary.features(pixels);
}

double accuracy(const Matrix& features, const ImageSet& images) {
  const auto& labels = images.catalog().labels;
  return knn_accuracy(features, labels, random_division(labels, images.size() / 4, 0), 5);
}

Matrix pixels_of(const ImageSet& images) {
  Matrix rows(images.size(), std::ssize(images.pixels(0)));
  for (int64_t i = 0; i < rows.rows; ++i) std::ranges::copy(images.pixels(i), rows.row(i).begin());
  return rows;
}

TEST(Dictionary, TellsPatternsApartWherePixelsDoNot) {
  const ImageSet images = brushed(400);
  const Dictionary dictionary = learn_dictionary(images, small, /*seed=*/0);
  EXPECT_GT(accuracy(features_of(dictionary, images), images), 0.95);
  EXPECT_LT(accuracy(pixels_of(images), images), 0.5);
}

TEST(Dictionary, IsTheSameToTheByteWithAnyNumberOfThreads) {
  const ImageSet images = brushed(150);
  const int before = omp_get_max_threads();
  std::vector<Matrix> features;
  for (const int threads : {1, 2, 3, 5}) {
    omp_set_num_threads(threads);
    features.push_back(features_of(learn_dictionary(images, small, 0), images));
  }
  omp_set_num_threads(before);
  for (const Matrix& other : features) EXPECT_EQ(features[0].values, other.values);
}

TEST(Dictionary, SeesEachImageForItself) {
  const ImageSet images = brushed(150);
  const Dictionary dictionary = learn_dictionary(images, small, 0);
  const Matrix all = features_of(dictionary, images);
  const std::array<int64_t, 3> chosen = {140, 3, 77};
  const Matrix some = features_of(dictionary, take_images(images, chosen));
  for (int64_t i = 0; i < 3; ++i) {
    const auto wanted = all.row(chosen[static_cast<size_t>(i)]);
    for (size_t c = 0; c < wanted.size(); ++c) EXPECT_NEAR(some.row(i)[c], wanted[c], 1e-5);
  }
}

TEST(Dictionary, FollowsTheSeed) {
  const ImageSet images = brushed(100);
  const auto features = [&](uint64_t seed) {
    return features_of(learn_dictionary(images, small, seed), images).values;
  };
  EXPECT_EQ(features(1), features(1));
  EXPECT_NE(features(1), features(2));
}

TEST(Dictionary, HasOfFewImagesWhatTheyGive) {
  const ImageSet images = brushed(2, 8);
  const Dictionary dictionary = learn_dictionary(images, {.atoms = 2048}, 0);
  EXPECT_GT(dictionary.atoms.rows, 0);
  for (const float x : features_of(dictionary, images).values) EXPECT_TRUE(std::isfinite(x));
}

TEST(Dictionary, HoldsAtomsThatAreNotAlike) {
  const Matrix atoms = learn_dictionary(brushed(100), small, 0).atoms;
  ASSERT_EQ(atoms.rows, 200);
  for (int64_t i = 0; i < atoms.rows; ++i) {
    for (int64_t j = 0; j < i; ++j) {
      const auto a = atoms.row(i), b = atoms.row(j);
      EXPECT_LT(std::inner_product(a.begin(), a.end(), b.begin(), 0.0F), 0.5F);
    }
  }
}

TEST(Dictionary, GoesThroughImagesOfOneColour) {
  const ImageSet images = make_images(40, 12, 4, [](int64_t i) -> Value {
    return [=](int, int, int) { return 50.0 * static_cast<double>(i % 4); };
  });
  for (const float x : features_of(learn_dictionary(images, small, 0), images).values) {
    EXPECT_TRUE(std::isfinite(x));
  }
}

TEST(Dictionary, SaysWhereImagesAreTooSmall) {
  EXPECT_THROW(learn_dictionary(brushed(10, 5), small, 0), Error);
}

}  // namespace
}  // namespace tsimcne
