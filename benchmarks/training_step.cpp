// One training step: views through the network, the loss, back, and the optimizer.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <cstdlib>

#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/network.hpp"
#include "tsimcne/train/model.hpp"
#include "tsimcne/train/sgd.hpp"

namespace tsimcne {
namespace {

constexpr int side = 32;

Network network_of(const std::string& backbone) {
  torch::manual_seed(1);
  return Network(make_backbone(backbone), HeadShape(), /*dimensions=*/128);
}

double step(Network& network, Sgd& optimizer, const torch::Tensor& views) {
  const Embedding embedding = network(views);
  const ContrastiveLoss loss = contrastive_loss(embedding.points, kernel_named("cauchy"));
  loss.loss.backward();
  optimizer.step(0.01);
  return loss.loss.item<double>();
}

/// The losses of three steps are those of the plain layers.
void prove(const std::string& backbone) {
  const torch::Tensor views = torch::rand({32, 3, side, side});
  std::array<double, 2> last{};
  for (const bool plain : {false, true}) {
    Network network = network_of(backbone);
    if (plain) network->use_plain_layers();
    Sgd optimizer(network->learning(), 0.9, 5e-4, 4);
    for (int i = 0; i < 3; ++i) last[plain ? 1 : 0] = step(network, optimizer, views);
  }
  if (std::abs(last[0] - last[1]) > 1e-3 * std::abs(last[1])) {
    fmt::print(stderr, "{}: the engine's third loss is {}, the plain layers' {}\n", backbone,
               last[0], last[1]);
    std::abort();
  }
}

void training_step(benchmark::State& state, const std::string& backbone, bool plain) {
  prove(backbone);
  Network network = network_of(backbone);
  if (plain) network->use_plain_layers();
  Sgd optimizer(network->learning(), 0.9, 5e-4, 4);
  const torch::Tensor views = torch::rand({state.range(0), 3, side, side});
  step(network, optimizer, views);
  for (auto _ : state) step(network, optimizer, views);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void add(const std::string& backbone, bool plain) {
  const std::string name = fmt::format("training_step/{}{}", backbone, plain ? "/plain" : "");
  benchmark::RegisterBenchmark(
      name.c_str(), [=](benchmark::State& state) { training_step(state, backbone, plain); })
      ->Arg(128)
      ->Arg(256)
      ->Arg(1024)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

}  // namespace
}  // namespace tsimcne

int main(int argc, char** argv) {
  ::mallopt(M_MMAP_MAX, 0);  // as the program does
  ::mallopt(M_TRIM_THRESHOLD, -1);
  tsimcne::use_threads(0);
  for (const char* backbone : {"resnet18", "resnet-small"}) {
    for (const bool plain : {false, true}) tsimcne::add(backbone, plain);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
