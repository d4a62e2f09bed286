// How long the contrastive loss takes with its gradient, and in how much memory.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>
#include <omp.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tsimcne/loss/loss.hpp"
#include "tsimcne/loss/plain_loss.hpp"

namespace {

using tsimcne::ContrastiveLoss;
using tsimcne::Kernel;
using tsimcne::Objective;

constexpr int threads = 2;

at::Tensor random_points(int64_t n, int64_t dimensions) {
  at::manual_seed(0);
  return at::randn({n, dimensions}).set_requires_grad(true);
}

/// The gradient of the loss that `make` makes of z.
at::Tensor gradient_of(ContrastiveLoss (*make)(const at::Tensor&, const Kernel&, const Objective&),
                       at::Tensor z, const Kernel& kernel, const Objective& objective) {
  z.mutable_grad() = at::Tensor();
  make(z, kernel, objective).loss.backward();
  return z.grad();
}

void prove(const Kernel& kernel, const Objective& objective, int64_t dimensions) {
  const at::Tensor z = random_points(1000, dimensions);
  const at::Tensor exact = z.detach().to(at::kDouble).set_requires_grad(true);
  const double loss = tsimcne::contrastive_loss(z, kernel, objective).loss.item<double>();
  const double plain_loss =
      tsimcne::plain_contrastive_loss(exact, kernel, objective).loss.item<double>();
  const at::Tensor gradient =
      gradient_of(tsimcne::contrastive_loss, z, kernel, objective).to(at::kDouble);
  const at::Tensor plain_gradient =
      gradient_of(tsimcne::plain_contrastive_loss, exact, kernel, objective);
  const double apart = ((gradient - plain_gradient).norm() / plain_gradient.norm()).item<double>();
  if (std::abs(loss - plain_loss) < 1e-5 * std::abs(plain_loss) && apart < 1e-5) return;
  fmt::print(stderr,
             "the {} loss of {} in {} dimensions is {} and not the plain {}, its gradient {} off\n",
             objective.name, kernel.name, dimensions, loss, plain_loss, apart);
  std::abort();
}

/// Gives freed memory back and lets the peak begin anew.
void forget_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << 5;
}

/// The most memory that this process held, in MiB.
double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

/// `peak_mib`, what the loss adds to the process's memory, is meaningful where a process runs one
/// case: --benchmark_filter.
void loss_with_gradient(benchmark::State& state, const char* name, const char* objective_name,
                        int64_t n, int64_t dimensions) {
  omp_set_num_threads(threads);
  at::set_num_threads(threads);
  const Kernel& kernel = tsimcne::kernel_named(name);
  const Objective& objective = tsimcne::objective_named(objective_name);
  prove(kernel, objective, dimensions);
  const at::Tensor z = random_points(n, dimensions);
  forget_peak();
  const double before = peak_memory();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        gradient_of(tsimcne::contrastive_loss, z, kernel, objective).data_ptr());
  }
  state.SetItemsProcessed(state.iterations() * n);
  state.counters["peak_mib"] = peak_memory() - before;
}

void add_case(const char* kernel, int64_t n, int64_t dimensions,
              const char* objective = "infonce") {
  const std::string name = fmt::format("loss/{}/{}/views/{}/dimensions/{}/threads:{}", objective,
                                       kernel, n, dimensions, threads);
  benchmark::RegisterBenchmark(name.c_str(), loss_with_gradient, kernel, objective, n, dimensions)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  for (const int64_t dimensions : {2, 128}) {
    for (const int64_t n : {512, 1024, 2048, 8192, 65536}) add_case("cauchy", n, dimensions);
    for (const char* kernel : {"gaussian", "cosine"}) add_case(kernel, 8192, dimensions);
    for (const int64_t n : {2048, 8192}) add_case("cauchy", n, dimensions, "negative-sampling");
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
