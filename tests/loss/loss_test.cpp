#include "tsimcne/loss/loss.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Json = nlohmann::json;

torch::Tensor tensor_of(const Json& rows) {
  std::vector<double> values;
  for (const auto& row : rows) values.insert(values.end(), row.begin(), row.end());
  return torch::tensor(values, torch::kFloat64)
      .reshape({static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows[0].size())});
}

double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

class LossCases : public testing::TestWithParam<Json> {};

TEST_P(LossCases, EqualTheReference) {
  const Json& expected = GetParam();
  const Kernel& kernel = kernel_named(expected["kernel"].get<std::string>());
  struct Precision {
    torch::ScalarType type;
    double loss, gradient;
  };
  for (const Precision& precision :
       {Precision{torch::kFloat64, 1e-9, 1e-8}, Precision{torch::kFloat32, 1e-5, 1e-5}}) {
    torch::Tensor z = tensor_of(expected["z"]).to(precision.type).requires_grad_(true);
    const ContrastiveLoss loss = contrastive_loss(z, kernel);
    loss.loss.backward();
    const auto near = [&](const torch::Tensor& got, const char* name) {
      const double wanted = expected[name];
      EXPECT_NEAR(got.item<double>(), wanted, precision.loss * std::abs(wanted)) << name;
    };
    near(loss.loss, "loss");
    near(loss.attraction, "attraction");
    near(loss.repulsion, "repulsion");
    EXPECT_LT(relative_difference(z.grad().to(torch::kFloat64), tensor_of(expected["grad"])),
              precision.gradient);
  }
}

std::vector<Json> loss_cases() {
  std::ifstream in(TEST_DATA "/loss_and_schedule.json");
  return Json::parse(in)["loss_cases"].get<std::vector<Json>>();
}

INSTANTIATE_TEST_SUITE_P(Reference, LossCases, testing::ValuesIn(loss_cases()),
                         [](const auto& test) {
                           const Json& c = test.param;
                           return c["kernel"].template get<std::string>() + "_b" +
                                  c["batch"].dump() + "_d" + c["dim"].dump();
                         });

TEST(Loss, GradientAgreesWithFiniteDifferences) {
  torch::manual_seed(1);
  using Names = std::pair<const char*, const char*>;
  for (const auto& [name, objective_name] :
       {Names("cauchy", "infonce"), Names("gaussian", "infonce"), Names("cosine", "infonce"),
        Names("sharp-cosine", "infonce"), Names("cauchy", "negative-sampling"),
        Names("gaussian", "negative-sampling")}) {
    const Objective& objective = objective_named(objective_name);
    for (const int64_t dimensions : {2, 3, 5}) {
      torch::Tensor z = torch::randn({6, dimensions}, torch::kFloat64).requires_grad_(true);
      contrastive_loss(z, kernel_named(name), objective).loss.backward();
      const double h = 1e-6;
      for (int64_t i = 0; i < z.numel(); ++i) {
        const torch::NoGradGuard no_grad;
        torch::Tensor up = z.detach().clone(), down = z.detach().clone();
        up.view(-1)[i] += h;
        down.view(-1)[i] -= h;
        const double slope = (contrastive_loss(up, kernel_named(name), objective).loss -
                              contrastive_loss(down, kernel_named(name), objective).loss)
                                 .item<double>() /
                             (2 * h);
        EXPECT_NEAR(z.grad().view(-1)[i].item<double>(), slope, 1e-7) << name << " " << i;
      }
    }
  }
}

TEST(Loss, StaysFiniteForFarAndEqualPoints) {
  for (const char* name : {"cauchy", "gaussian", "cosine", "sharp-cosine"}) {
    torch::Tensor z = torch::tensor({{0.f, 0.f}, {1e4f, 0.f}, {0.f, 0.f}, {0.f, 1e4f}});
    z.requires_grad_(true);
    const ContrastiveLoss loss = contrastive_loss(z, kernel_named(name));
    loss.loss.backward();
    EXPECT_TRUE(std::isfinite(loss.loss.item<double>())) << name;
    EXPECT_TRUE(z.grad().isfinite().all().item<bool>()) << name;
  }
}

/// By hand: two pairs at distances 0 and 1 within, all else 3 apart or a little more.
TEST(Loss, ByNegativeSamplingIsUmaps) {
  const torch::Tensor z = torch::tensor({{0., 0.}, {3., 0.}, {0., 0.}, {3., 1.}}, torch::kFloat64);
  const ContrastiveLoss loss =
      contrastive_loss(z, kernel_named("cauchy"), objective_named("negative-sampling"));
  EXPECT_NEAR(loss.attraction.item<double>(), std::log(2.) / 2, 1e-12);
  const auto part = [](double squared) {
    return -std::log((squared + least_apart) / (1 + squared));
  };
  // Of the six pairs two are 3 apart, two the root of 10.
  const double mean = (part(0) + part(1) + 2 * part(9) + 2 * part(10)) / 6;
  EXPECT_NEAR(loss.repulsion.item<double>(), 5 * mean, 1e-9);
  EXPECT_THROW(contrastive_loss(z, kernel_named("cosine"), objective_named("negative-sampling")),
               Error);
  EXPECT_THROW(objective_named("no-such-objective"), Error);
}

TEST(Loss, RefusesWhatIsNotPairs) {
  EXPECT_THROW(contrastive_loss(torch::zeros({3, 2}), kernel_named("cauchy")), Error);
  EXPECT_THROW(contrastive_loss(torch::zeros({0, 2}), kernel_named("cauchy")), Error);
  EXPECT_THROW(contrastive_loss(torch::zeros({2, 0}), kernel_named("cauchy")), Error);
  EXPECT_THROW(contrastive_loss(torch::zeros({}), kernel_named("cauchy")), Error);
  EXPECT_THROW(kernel_named("no-such-kernel"), Error);
}

}  // namespace
}  // namespace tsimcne
