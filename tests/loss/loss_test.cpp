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
  for (const char* name : {"cauchy", "gaussian", "cosine", "sharp-cosine"}) {
    for (const int64_t dimensions : {2, 3, 5}) {
      torch::Tensor z = torch::randn({6, dimensions}, torch::kFloat64).requires_grad_(true);
      contrastive_loss(z, kernel_named(name)).loss.backward();
      const double h = 1e-6;
      for (int64_t i = 0; i < z.numel(); ++i) {
        const torch::NoGradGuard no_grad;
        torch::Tensor up = z.detach().clone(), down = z.detach().clone();
        up.view(-1)[i] += h;
        down.view(-1)[i] -= h;
        const double slope = (contrastive_loss(up, kernel_named(name)).loss -
                              contrastive_loss(down, kernel_named(name)).loss)
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

TEST(Loss, RefusesWhatIsNotPairs) {
  EXPECT_THROW(contrastive_loss(torch::zeros({3, 2}), kernel_named("cauchy")), Error);
  EXPECT_THROW(contrastive_loss(torch::zeros({0, 2}), kernel_named("cauchy")), Error);
  EXPECT_THROW(contrastive_loss(torch::zeros({2, 0}), kernel_named("cauchy")), Error);
  EXPECT_THROW(contrastive_loss(torch::zeros({}), kernel_named("cauchy")), Error);
  EXPECT_THROW(kernel_named("no-such-kernel"), Error);
}

}  // namespace
}  // namespace tsimcne
