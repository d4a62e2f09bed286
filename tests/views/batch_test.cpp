#include "tsimcne/views/batch.hpp"

#include <gtest/gtest.h>
#include <omp.h>
#include <unistd.h>
#include <vips/vips.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr int side = 16, values = 3 * side * side;
constexpr int64_t image_count = 20;

/// A folder of png images, gone with its owner.
class ImageFolder {
 public:
  ImageFolder() {
    if (VIPS_INIT("batch_test") != 0) vips_error_exit(nullptr);
    std::filesystem::create_directories(path_);
    Random random(9, Stream::drawing);
    for (int64_t i = 0; i < image_count; ++i) {
      std::vector<uint8_t> bytes(values);
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
      VipsImage* image =
          vips_image_new_from_memory(bytes.data(), bytes.size(), side, side, 3, VIPS_FORMAT_UCHAR);
      const std::string file = path_ / (std::to_string(100 + i) + ".png");
      if (vips_image_write_to_file(image, file.c_str(), nullptr) != 0) vips_error_exit(nullptr);
      g_object_unref(image);
    }
  }
  ImageFolder(const ImageFolder&) = delete;
  ImageFolder& operator=(const ImageFolder&) = delete;
  ~ImageFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ = std::filesystem::path(testing::TempDir()) /
                                ("tsimcne_batch_test_" + std::to_string(getpid()));
};

class Batch : public testing::Test {
 protected:
  static void SetUpTestSuite() { images_ = new ImageSet(open_images(ImageFolder().path())); }
  static void TearDownTestSuite() {
    delete images_;
    images_ = nullptr;
  }

  static std::vector<float> views_of(const std::vector<int64_t>& batch, const ViewKey& key) {
    std::vector<float> out(2 * batch.size() * values);
    fill_views(*images_, batch, natural_views(), key, images_->side(), out);
    return out;
  }

  static inline const ImageSet* images_ = nullptr;
};

using Image = std::vector<float>;

Image image_at(const std::vector<float>& batch, int64_t i) {
  return {batch.begin() + i * values, batch.begin() + (i + 1) * values};
}

TEST_F(Batch, IsTheSameWithOneThreadAndTwo) {
  std::vector<int64_t> batch(image_count);
  for (int64_t i = 0; i < image_count; ++i) batch[i] = i;
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const std::vector<float> one = views_of(batch, {5, 3});
  omp_set_num_threads(2);
  const std::vector<float> two = views_of(batch, {5, 3});
  omp_set_num_threads(threads);
  EXPECT_EQ(one, two);
}

TEST_F(Batch, AViewDoesNotDependOnItsPlace) {
  const std::vector<float> first = views_of({3, 17, 8}, {5, 3});
  const std::vector<float> second = views_of({8, 3}, {5, 3});
  EXPECT_EQ(image_at(first, 0), image_at(second, 1));
  EXPECT_EQ(image_at(first, 2), image_at(second, 0));
  EXPECT_EQ(image_at(first, 3 + 0), image_at(second, 2 + 1));
  EXPECT_EQ(image_at(first, 3 + 2), image_at(second, 2 + 0));
}

TEST_F(Batch, SeedEpochAndViewChangeIt) {
  // Two epochs in a row, so that the second view of one is not the first view of the next.
  std::vector<Image> views;
  for (const ViewKey key : {ViewKey{5, 3}, ViewKey{5, 4}, ViewKey{6, 3}}) {
    const std::vector<float> pair = views_of({11}, key);
    views.push_back(image_at(pair, 0));
    views.push_back(image_at(pair, 1));
  }
  std::ranges::sort(views);
  EXPECT_EQ(std::ranges::adjacent_find(views), views.end());
}

TEST_F(Batch, IsWhatTheDrawnViewRenders) {
  const std::vector<float> batch = views_of({4, 6}, {5, 3});
  Random random(5, Stream::views, 6, 2 * 3 + 1);
  Image expected(values);
  render_view(draw_view(natural_views(), side, random), images_->pixels(6), side, side, expected);
  EXPECT_EQ(image_at(batch, 3), expected);
}

TEST_F(Batch, OfImagesHoldsTheImages) {
  std::vector<float> out(2 * values);
  fill_images(*images_, std::vector<int64_t>{7, 2}, out);
  for (int i = 0; i < values; ++i) {
    const int place = (i % 3) * side * side + i / 3;
    EXPECT_FLOAT_EQ(out[place], images_->pixels(7)[i] / 255.0f);
    EXPECT_FLOAT_EQ(out[values + place], images_->pixels(2)[i] / 255.0f);
  }
}

TEST_F(Batch, RefusesRoomOfAnotherSize) {
  std::vector<float> out(values);
  EXPECT_THROW(fill_images(*images_, std::vector<int64_t>{7, 2}, out), Error);
  EXPECT_THROW(
      fill_views(*images_, std::vector<int64_t>{7}, natural_views(), {}, images_->side(), out),
      Error);
}

}  // namespace
}  // namespace tsimcne
