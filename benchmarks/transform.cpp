// How many images does a model place in a second?
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <cmath>
#include <cstdlib>

#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/network/network.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {
namespace {

constexpr int side = 32;
constexpr int count = 1024;

ImageSet images() {
  const TemporaryFolder folder;
  write_small_images(folder.path(), count, side);
  return open_images(folder.path());
}

/// In evaluation mode the features are those of the plain layers.
void prove(const std::string& backbone) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  Network network(make_backbone(backbone), HeadShape{64}, /*dimensions=*/2);
  const torch::Tensor x = torch::rand({64, 3, side, side});
  for (int i = 0; i < 3; ++i) network(x);  // gives the batch norm its statistics
  network->eval();
  const torch::Tensor features = network(x).features;
  network->use_plain_layers();
  const torch::Tensor plain = network(x).features;
  const double error = ((features - plain).norm() / plain.norm()).item<double>();
  if (!(error < 1e-3)) {
    fmt::print(stderr, "{}: the features are {} off those of the plain layers\n", backbone, error);
    std::abort();
  }
}

void transform(benchmark::State& state, const std::string& backbone) {
  prove(backbone);
  Recipe recipe = recipe_named("annealed");
  recipe.backbone = backbone;
  const ImageSet set = images();
  const Model model = Trainer(recipe, set, {.device = "cpu"}).model();
  model.transform(set);
  for (auto _ : state) benchmark::DoNotOptimize(model.transform(set));
  state.SetItemsProcessed(state.iterations() * count);
}

}  // namespace
}  // namespace tsimcne

int main(int argc, char** argv) {
  ::mallopt(M_MMAP_MAX, 0);  // as the program does
  ::mallopt(M_TRIM_THRESHOLD, -1);
  tsimcne::use_threads(0);
  for (const std::string backbone : {"resnet18", "resnet-small"}) {
    benchmark::RegisterBenchmark(
        fmt::format("transform/{}", backbone).c_str(),
        [=](benchmark::State& state) { tsimcne::transform(state, backbone); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
