#include "tsimcne/loss/repulsion.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "tsimcne/loss/loss.hpp"
#include "tsimcne/loss/plain_loss.hpp"
#include "tsimcne/loss/tiled_repulsion.hpp"

namespace tsimcne {
namespace {

struct Names {
  const char* kernel;
  const char* objective;
};
constexpr Names pairings[] = {{"cauchy", "infonce"},           {"gaussian", "infonce"},
                              {"cosine", "infonce"},           {"sharp-cosine", "infonce"},
                              {"cauchy", "negative-sampling"}, {"gaussian", "negative-sampling"}};

/// Points whose distances are about 1 in any number of dimensions.
torch::Tensor random_points(int64_t n, int64_t dimensions) {
  torch::manual_seed(n * 1000 + dimensions);
  return torch::randn({n, dimensions}) * std::sqrt(0.5 / static_cast<double>(dimensions));
}

struct LossAndGradient {
  double attraction, repulsion;
  torch::Tensor gradient;  // of the repulsion; the attraction is made the same way everywhere
};

LossAndGradient differentiate(ContrastiveLoss (*make)(const at::Tensor&, const Kernel&,
                                                      const Objective&),
                              const torch::Tensor& points, const Kernel& kernel,
                              const Objective& objective) {
  const torch::Tensor z = points.detach().clone().requires_grad_(true);
  const ContrastiveLoss loss = make(z, kernel, objective);
  loss.repulsion.backward();
  return {loss.attraction.item<double>(), loss.repulsion.item<double>(),
          z.grad().to(torch::kFloat64)};
}

/// The loss of float points against the plain one in double.
void expect_plain(const torch::Tensor& points, const Kernel& kernel, const Objective& objective,
                  double tolerance) {
  const LossAndGradient got = differentiate(contrastive_loss, points, kernel, objective);
  const LossAndGradient wanted =
      differentiate(plain_contrastive_loss, points.to(torch::kFloat64), kernel, objective);
  const auto near = [&](double a, double b) {
    EXPECT_NEAR(a, b, tolerance * std::max(1.0, std::abs(b)));
  };
  near(got.attraction, wanted.attraction);
  near(got.repulsion, wanted.repulsion);
  EXPECT_LE((got.gradient - wanted.gradient).norm().item<double>(),
            tolerance * wanted.gradient.norm().item<double>());
}

class RepulsionOfKernel : public testing::TestWithParam<Names> {
 protected:
  const Kernel& kernel = kernel_named(GetParam().kernel);
  const Objective& objective = objective_named(GetParam().objective);
};

INSTANTIATE_TEST_SUITE_P(All, RepulsionOfKernel, testing::ValuesIn(pairings), [](const auto& test) {
  std::string name = fmt::format("{}_{}", test.param.kernel, test.param.objective);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST_P(RepulsionOfKernel, IsThePlainOneInAllSizes) {
  for (const int64_t dimensions : {1, 2, 3, 4, 5, 128}) {
    // One pair, less than a register, tiles with and without a remainder, several rounds of them.
    for (const int64_t n : {2, 4, 14, 62, 64, 66, 130, 258, 514, 1000, 2110}) {
      SCOPED_TRACE(fmt::format("{} points in {} dimensions", n, dimensions));
      const torch::Tensor points = random_points(n, dimensions);
      ASSERT_TRUE(tiled_repulsion(points_of(kernel, points), kernel, objective, true));
      // Directions on a line do not move.
      if (dimensions == 1 && kernel.name.ends_with("cosine")) continue;
      // In float the formula itself is up to 1.3e-5 off, for directions of points near the origin.
      expect_plain(points, kernel, objective, 2e-5);
    }
  }
}

TEST_P(RepulsionOfKernel, IsThePlainOneForEqualPoints) {
  for (const int64_t dimensions : {2, 3, 128}) {
    SCOPED_TRACE(dimensions);
    const torch::Tensor few = random_points(50, dimensions);
    // Where a kernel is sharp, almost nothing is left but the forces between equal points: none.
    const double tolerance = kernel.name == "sharp-cosine" ? 3e-4 : 1e-5;
    expect_plain(torch::cat({few, few, few, few}), kernel, objective, tolerance);
  }
}

TEST_P(RepulsionOfKernel, IsThePlainOneForFarClusters) {
  for (const int64_t dimensions : {2, 3, 128}) {
    SCOPED_TRACE(dimensions);
    torch::Tensor points = random_points(300, dimensions);
    points.select(1, 0).add_(100 * torch::arange(300).remainder(3).sub(1));
    // Products of coordinates of 100 leave 1e4 times float's last digit of a squared distance.
    expect_plain(points, kernel, objective, dimensions == 128 ? 2e-3 : 1e-5);
  }
}

TEST_P(RepulsionOfKernel, IsThePlainOneForLonelyPoints) {
  for (const double scale : {30., 1e4, 1e8}) {
    for (const int64_t dimensions : {2, 3, 128}) {
      SCOPED_TRACE(fmt::format("scale {} in {} dimensions", scale, dimensions));
      expect_plain(random_points(200, dimensions) * scale, kernel, objective, 2e-4);
    }
  }
}

TEST(Repulsion, IsThePlainOneFarFromTheOrigin) {
  for (const char* name : {"cauchy", "gaussian"}) {
    for (const int64_t dimensions : {2, 3}) {
      SCOPED_TRACE(fmt::format("{} in {} dimensions", name, dimensions));
      expect_plain(random_points(300, dimensions) * 2 + 1e4, kernel_named(name),
                   objective_named("infonce"), 1e-5);
    }
  }
}

/// 64 times the same 1024 points: sums are 64 times those of 1024 points, in double.
TEST_P(RepulsionOfKernel, IsExactFor65536Points) {
  const int64_t copies = 64;
  const torch::Tensor few = random_points(1024, 2) * 2;
  const torch::Tensor points = few.repeat({copies, 1}).requires_grad_(true);
  const torch::Tensor value = repulsion(points_of(kernel, points), kernel, objective);
  value.backward();

  const torch::Tensor exact = few.to(torch::kFloat64).requires_grad_(true);
  const torch::Tensor places = points_of(kernel, exact);
  const bool is_log = objective.family == Objective::Family::infonce;
  const torch::Tensor parts = repulsions_of_rows(places, kernel, objective, 0, 1024);
  const torch::Tensor others = is_log ? parts.exp() : parts * (1023 / objective.negatives);
  const torch::Tensor same = log_similarities(kernel, torch::zeros({}, torch::kFloat64)).exp();
  const torch::Tensor itself = is_log ? same : -(1 - same * (1 - least_apart)).log();
  const torch::Tensor sums =
      static_cast<double>(copies) * others + static_cast<double>(copies - 1) * itself;
  const torch::Tensor wanted =
      is_log ? sums.log().mean() : sums.mean() * (objective.negatives / (64 * 1024 - 1));
  wanted.backward();
  const torch::Tensor gradient = exact.grad() / static_cast<double>(copies);
  EXPECT_NEAR(value.item<double>(), wanted.item<double>(), 2e-6 * wanted.item<double>());
  EXPECT_LT(
      (points.grad().to(torch::kFloat64) - gradient.repeat({copies, 1})).norm().item<double>(),
      1e-5 * (gradient.norm().item<double>() * 8));
}

TEST_P(RepulsionOfKernel, IsTheSameForAnyNumberOfThreads) {
  const int threads = omp_get_max_threads();
  for (const int64_t dimensions : {2, 3, 128}) {
    const torch::Tensor points = random_points(1234, dimensions);
    omp_set_num_threads(1);
    const LossAndGradient one = differentiate(contrastive_loss, points, kernel, objective);
    for (const int several : {2, 3, 8}) {
      omp_set_num_threads(several);
      const LossAndGradient more = differentiate(contrastive_loss, points, kernel, objective);
      EXPECT_EQ(one.repulsion, more.repulsion);
      EXPECT_TRUE(one.gradient.equal(more.gradient)) << dimensions << " " << several;
    }
    omp_set_num_threads(threads);
  }
}

TEST_P(RepulsionOfKernel, HasTheSameValueWithoutItsGradient) {
  for (const int64_t dimensions : {2, 128}) {
    const torch::Tensor points = random_points(300, dimensions);
    const LossAndGradient with_gradient =
        differentiate(contrastive_loss, points, kernel, objective);
    EXPECT_EQ(contrastive_loss(points, kernel, objective).repulsion.item<double>(),
              with_gradient.repulsion);
  }
}

TEST_P(RepulsionOfKernel, ByRowsIsThePlainOne) {
  for (const int64_t dimensions : {2, 128}) {
    const int64_t n = 2110;  // more than a block of rows
    const torch::Tensor points = points_of(kernel, random_points(n, dimensions)).to(torch::kDouble);
    const torch::Tensor z = points.clone().requires_grad_(true);
    const torch::Tensor plain = repulsions_of_rows(z, kernel, objective, 0, n).mean();
    plain.backward();
    const Repulsion by_rows = repulsion_by_rows(points, kernel, objective, true);
    EXPECT_NEAR(by_rows.value.item<double>(), plain.item<double>(), 1e-12);
    EXPECT_LT((by_rows.gradient - z.grad()).norm().item<double>(),
              1e-12 * z.grad().norm().item<double>());
    EXPECT_FALSE(repulsion_by_rows(points, kernel, objective, false).gradient.defined());
  }
}

TEST(Repulsion, LeavesToRowsWhatFloatCannotHold) {
  const torch::Tensor far = torch::tensor({{0.f, 0.f}, {20.f, 0.f}});
  const auto is_tiled = [](const torch::Tensor& points, const char* kernel, const char* objective) {
    return tiled_repulsion(points, kernel_named(kernel), objective_named(objective), true)
        .has_value();
  };
  EXPECT_TRUE(is_tiled(far, "cauchy", "infonce"));
  EXPECT_FALSE(is_tiled(far, "gaussian", "infonce"));
  EXPECT_FALSE(is_tiled(1e15 * far, "cauchy", "infonce"));
  EXPECT_TRUE(is_tiled(1e15 * far, "cauchy", "negative-sampling"));  // which has no logarithm of 0
}

}  // namespace
}  // namespace tsimcne
