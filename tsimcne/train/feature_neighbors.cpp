#include "tsimcne/train/feature_neighbors.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/network/backbones.hpp"
#include "tsimcne/random.hpp"
#include "tsimcne/train/model_state.hpp"

namespace tsimcne {
namespace {

constexpr int64_t least_share = 50;  // of the collection is not called near

/// Of principal components: how many, and the power of their variance that they are divided by.
struct Weighing {
  int64_t components;
  double power;
};

Weighing weighing_of(Nearness nearness) {
  return nearness == Nearness::whitened ? Weighing{64, 0.25} : Weighing{128, 0};
}

/// Principal components [n, c], as rows of length 1.
Matrix directions_of(const Matrix& features, const Weighing& weighing) {
  const torch::Tensor all = tensor_of(features);
  const torch::Tensor centred = all - all.mean(0);
  const torch::Tensor covariance =
      centred.t().mm(centred).to(torch::kDouble) / static_cast<double>(features.rows);
  const auto [variances, axes] = torch::linalg_eigh(covariance, "L");  // ascending
  const int64_t count = std::min(weighing.components, features.cols);
  const torch::Tensor scale =
      (variances.narrow(0, features.cols - count, count) / variances.max().clamp_min(1e-30))
          .clamp_min(1e-6)
          .pow(-weighing.power);
  const torch::Tensor scaled = axes.narrow(1, features.cols - count, count) * scale;
  const torch::Tensor components = centred.mm(scaled.to(torch::kFloat));
  return rows_of(components / components.norm(2, 1, /*keepdim=*/true).clamp_min(1e-12));
}

}  // namespace

Nearness nearness_of(const Recipe& recipe) {
  return recipe.backbone == dictionary_name ? Nearness::cosine : Nearness::whitened;
}

Neighbors feature_neighbors(const Matrix& features, Nearness nearness, int64_t k, uint64_t seed) {
  if (!std::ranges::all_of(features.values, [](float x) { return std::isfinite(x); })) {
    fail(
        "the network's features of some images are not finite numbers, so their neighbours cannot "
        "be found: it has learned nothing, or its first weights were damaged");
  }
  const Matrix directions = directions_of(features, weighing_of(nearness));
  const int64_t n = directions.rows;
  k = std::clamp<int64_t>(n / least_share, 1, k);
  if (n <= most_neighbor_references) return find_neighbors(directions, k);

  Random random(seed, Stream::neighbors);
  std::vector<int64_t> chosen = random_order(n, random);
  chosen.resize(most_neighbor_references);
  Matrix references(most_neighbor_references, directions.cols);
  std::vector<int64_t> itself(static_cast<size_t>(n), -1);  // its row among the references
  for (int64_t i = 0; i < most_neighbor_references; ++i) {
    const auto row = directions.row(chosen[static_cast<size_t>(i)]);
    std::ranges::copy(row, references.row(i).begin());
    itself[static_cast<size_t>(chosen[static_cast<size_t>(i)])] = i;
  }
  Neighbors found = find_neighbors(directions, references, k, itself);
  for (int64_t& index : found.indices) index = chosen[static_cast<size_t>(index)];
  return found;
}

}  // namespace tsimcne
