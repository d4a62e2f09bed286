// How many files of images are decoded in a second?
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <vips/vips.h>

#include <cstdlib>
#include <vector>

#include "tests/temporary_folder.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

void require(bool holds, const char* sentence) {
  if (holds) return;
  fmt::print(stderr, "{}\n", sentence);
  std::abort();
}

/// Smooth random pictures: noise of 4 x 4 pixels, enlarged.
void write_jpegs(const std::filesystem::path& folder, int count, int width, int height) {
  for (int i = 0; i < count; ++i) {
    Random random(1, Stream::drawing, static_cast<uint32_t>(i));
    std::vector<uint8_t> noise(4 * 4 * 3);
    for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random.below(256));
    VipsImage* small =
        vips_image_new_from_memory_copy(noise.data(), noise.size(), 4, 4, 3, VIPS_FORMAT_UCHAR);
    VipsImage* large = nullptr;
    const bool made =
        vips_resize(small, &large, width / 4.0, "vscale", height / 4.0, nullptr) == 0 &&
        vips_jpegsave(large, (folder / fmt::format("{:05}.jpg", i)).c_str(), "strip", TRUE,
                      nullptr) == 0;
    require(made, vips_error_buffer());
    g_object_unref(large);
    g_object_unref(small);
  }
}

/// All files become images, whose mean colour is that of the file as libvips reads it.
void prove(const std::filesystem::path& folder, const ImageSet& images, int count) {
  require(images.size() == count, "not every file became an image");
  VipsImage* first = vips_image_new_from_file((folder / "00000.jpg").c_str(), nullptr);
  double expected = 0, mean = 0;
  require(first != nullptr && vips_avg(first, &expected, nullptr) == 0, vips_error_buffer());
  g_object_unref(first);
  for (const uint8_t byte : images.pixels(0)) mean += byte;
  mean /= static_cast<double>(images.pixels(0).size());
  require(std::abs(mean - expected) < 12, "the first image has another mean than its file");
}

void decode(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0)), width = static_cast<int>(state.range(1)),
            height = static_cast<int>(state.range(2));
  const TemporaryFolder folder;
  write_jpegs(folder.path(), count, width, height);
  prove(folder.path(), open_images(folder.path()), count);
  for (auto _ : state) benchmark::DoNotOptimize(open_images(folder.path()));
  state.SetItemsProcessed(state.iterations() * count);
}

BENCHMARK(decode)
    ->ArgNames({"files", "width", "height"})
    ->Args({4000, 32, 32})
    ->Args({200, 640, 480})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace tsimcne

int main(int argc, char** argv) {
  if (VIPS_INIT(argv[0]) != 0) return 1;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
