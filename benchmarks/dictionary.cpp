// How fast are patches counted, and an image's features found?

#include "tsimcne/dictionary/dictionary.hpp"

#include <benchmark/benchmark.h>
#include <omp.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "tests/dictionary/plain_codes.hpp"
#include "tsimcne/dictionary/codes.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int64_t numbers = 108;  // of a patch

/// Counting in nine cells of 24 patches, by one thread. A product is a multiplication and an
/// addition.
void count(benchmark::State& state) {
  const Matrix directions = plain::random_directions(state.range(0), numbers, 1);
  const Matrix patches = plain::random_directions(216, numbers, 2);
  std::vector<int32_t> cells;
  for (int32_t first = 0; first <= patches.rows; first += 24) cells.push_back(first);
  std::vector<uint8_t> bytes;
  for (int64_t i = 0; i < patches.rows; ++i) {
    std::vector<uint8_t> row(code_width(numbers));
    write_patch(patches.row(i), row);
    bytes.insert(bytes.end(), row.begin(), row.end());
  }
  const Atoms atoms(directions);
  std::vector<float> counts((cells.size() - 1) * static_cast<size_t>(directions.rows));
  count_active(atoms, bytes, cells, counts);
  if (counts != plain::count_active(directions, patches, cells)) {
    std::fprintf(stderr, "The counts are not what the plain way counts.\\n");
    std::exit(1);
  }
  for (auto _ : state) {
    count_active(atoms, bytes, cells, counts);
    benchmark::DoNotOptimize(counts.data());
    benchmark::ClobberMemory();
  }
  const auto products = static_cast<double>(patches.rows * directions.rows * numbers);
  state.counters["operations"] = benchmark::Counter(
      2 * products, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

BENCHMARK(count)->Name("dictionary/count/atoms")->Arg(2048)->Arg(8192);

}  // namespace
}  // namespace tsimcne

BENCHMARK_MAIN();
