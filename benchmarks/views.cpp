// How many views does a core render, and how many do all of them?

#include <benchmark/benchmark.h>
#include <hwy/aligned_allocator.h>
#include <omp.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "tests/views/plain_view.hpp"
#include "tsimcne/random.hpp"
#include "tsimcne/views/view.hpp"

namespace tsimcne {
namespace {

constexpr int batch_size = 512;

std::vector<uint8_t> random_images(int side) {
  std::vector<uint8_t> images(size_t{3} * batch_size * side * side);
  Random random(1, Stream::drawing);
  for (uint8_t& byte : images) byte = static_cast<uint8_t>(random.below(256));
  return images;
}

/// Ends the program where a view is not what its definition says, within a hundredth of a level.
void expect_as_defined(std::span<const uint8_t> images, int side, int out_side) {
  const int bytes = 3 * side * side;
  std::vector<float> out(size_t{3} * out_side * out_side);
  for (int i = 0; i < 32; ++i) {
    Random random(2, Stream::views, static_cast<uint32_t>(i));
    const View view = draw_view(natural_views(), side, random);
    const std::span<const uint8_t> image = images.subspan(i * bytes, bytes);
    render_view(view, image, side, out_side, out);
    const plain::Image expected = plain::render_view(view, image, side, out_side);
    if (plain::largest_difference(out, expected.values) < 0.01 / 255) continue;
    std::fprintf(stderr, "A view of %d pixels from %d is not what the plain way makes of it.\n",
                 out_side, side);
    std::exit(1);
  }
}

/// A natural view of every image of a batch, drawn and rendered.
void views(benchmark::State& state) {
  const int side = static_cast<int>(state.range(0)), out_side = static_cast<int>(state.range(1));
  const int bytes = 3 * side * side, values = 3 * out_side * out_side;
  const std::vector<uint8_t> images = random_images(side);
  const auto out = hwy::AllocateAligned<float>(size_t{batch_size} * values);  // as tensors are
  expect_as_defined(images, side, out_side);
  omp_set_num_threads(static_cast<int>(state.range(2)));
  uint32_t epoch = 0;
  for (auto _ : state) {
#pragma omp parallel for schedule(dynamic, 8)
    for (int i = 0; i < batch_size; ++i) {
      Random random(1, Stream::views, static_cast<uint32_t>(i), epoch);
      render_view(draw_view(natural_views(), side, random),
                  std::span(images).subspan(i * bytes, bytes), side, out_side,
                  std::span(out.get() + i * values, values));
    }
    ++epoch;
    benchmark::DoNotOptimize(out.get());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * batch_size);
}

void all_sizes(benchmark::internal::Benchmark* b) {
  for (const int threads : {1, omp_get_num_procs()}) {
    b->Args({32, 32, threads})->Args({96, 64, threads})->Args({96, 96, threads});
  }
}

BENCHMARK(views)->ArgNames({"from", "to", "threads"})->Apply(all_sizes)->UseRealTime();

}  // namespace
}  // namespace tsimcne

BENCHMARK_MAIN();
