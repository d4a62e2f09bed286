#include <ATen/record_function.h>

#include "tsimcne/network/backbone.hpp"

namespace tsimcne {
namespace {

thread_local int64_t multiply_adds = 0;

/// How many numbers an operator's weight has for a channel of its result.
struct Weight : at::ObserverContext {
  explicit Weight(const at::Tensor& weight) : of_channel(weight.numel() / weight.size(0)) {}
  int64_t of_channel;
};

std::unique_ptr<at::ObserverContext> start(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  if (name != "aten::convolution" && name != "aten::linear") return nullptr;
  return std::make_unique<Weight>(function.inputs()[1].toTensor());
}

/// Adds what an operator has done: for each value that came out of it, as many multiply-adds as the
/// weight has numbers for that value's channel.
void count(const at::RecordFunction& function, at::ObserverContext* weight) {
  if (weight == nullptr) return;
  multiply_adds +=
      function.outputs()[0].toTensor().numel() * static_cast<Weight*>(weight)->of_channel;
}

/// Has count() called after every operator of this thread for as long as it lives.
class Counting {
 public:
  Counting()
      : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(start, count)
                                               .needsInputs(true)
                                               .needsOutputs(true)
                                               .scopes({at::RecordScope::FUNCTION}))) {}
  ~Counting() { at::removeCallback(handle_); }
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

 private:
  at::CallbackHandle handle_;
};

}  // namespace

BackboneCost cost_of(Backbone& backbone, int64_t side) {
  const torch::NoGradGuard no_grad;
  BackboneCost cost{.features = backbone.features(), .parameters = 0, .multiply_adds = 0};
  for (const torch::Tensor& parameter : backbone.parameters()) {
    cost.parameters += parameter.numel();
  }
  const bool was_training = backbone.is_training();
  backbone.eval();
  const Counting counting;
  multiply_adds = 0;
  backbone.forward(torch::zeros({1, 3, side, side}));
  cost.multiply_adds = multiply_adds;
  backbone.train(was_training);
  return cost;
}

}  // namespace tsimcne
