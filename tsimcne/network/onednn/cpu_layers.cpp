#include <map>

#include "tsimcne/network/layers.hpp"
#include "tsimcne/network/onednn/blocked_norm.hpp"
#include "tsimcne/network/onednn/convolution.hpp"

namespace tsimcne {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const float* read(const Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

float* write(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}

/// One image of a convolution's output.
BlockedShape output_of(const ConvolutionShape& shape) {
  const int block = block_of_machine();
  return {shape.out / block, shape.out_height() * shape.out_width(), block};
}

/// Room for a convolution's output, [N, C/B, H, W, B].
Tensor output_room(const ConvolutionShape& shape, int64_t images) {
  const int block = block_of_machine();
  return torch::empty({images, shape.out / block, shape.out_height(), shape.out_width(), block});
}

/// Calls work(image) for images first .. first + count - 1, on all cores.
template <class Work>
void for_each_image(Run run, const Work& work) {
#pragma omp parallel for schedule(static)
  for (int64_t i = run.first; i < run.first + run.count; ++i) work(i);
}

/// Over all images and positions, a number a channel: [C].
struct Statistics {
  Tensor mean, variance;
};

/// Joins what was measured image by image, means and sums of squared differences from them, both
/// [N, C], in double and in the order of the images (Chan, Golub, LeVeque 1983, equation 2.1).
Statistics join(const Tensor& means, const Tensor& squares, int64_t positions) {
  const Tensor of_images = means.to(torch::kFloat64);
  const Tensor mean = of_images.mean(0);
  const Tensor between = (of_images - mean).square_().sum(0) * static_cast<double>(positions);
  const Tensor within = squares.sum(0, /*keepdim=*/false, torch::kFloat64);
  return {mean, (within + between) / static_cast<double>(means.size(0) * positions)};
}

/// As libtorch's batch norm: the running variance is the unbiased one.
void update_running(torch::nn::BatchNorm2dImpl& norm, const Statistics& now, int64_t count) {
  const double share = norm.options.momentum().value();
  const double unbiased =
      static_cast<double>(count) / static_cast<double>(std::max<int64_t>(count - 1, 1));
  norm.running_mean.lerp_(now.mean.to(torch::kFloat32), share);
  norm.running_var.lerp_((now.variance * unbiased).to(torch::kFloat32), share);
  norm.num_batches_tracked += 1;
}

/// relu(batch_norm(convolution(x)) + residual) in training mode.
class NormedConvolution : public torch::autograd::Function<NormedConvolution> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const Tensor& gamma, const Tensor& beta,
                        const c10::optional<Tensor>& residual, bool relu, Convolution* convolution,
                        torch::nn::BatchNorm2dImpl* norm) {
    const ConvolutionShape& shape = convolution->shape();
    const BlockedShape image = output_of(shape);
    const int64_t images = x.size(0);
    const Tensor y = output_room(shape, images);
    const Tensor means = torch::empty({images, shape.out}), squares = torch::empty_like(means);
    convolution->forward(images, read(x), read(weight), write(y), [&](Run run) {
      for_each_image(run, [&](int64_t i) {
        measure_image(image, read(y) + i * image.values(), write(means) + i * shape.out,
                      write(squares) + i * shape.out);
      });
    });
    const Statistics now = join(means, squares, image.positions);
    update_running(*norm, now, images * image.positions);

    const Tensor inverse_deviation = (now.variance + norm->options.eps()).rsqrt_();
    const Tensor factor = gamma * inverse_deviation;  // float64, as the statistics
    const Tensor scale = factor.to(torch::kFloat32);
    const Tensor shift = (beta - now.mean * factor).to(torch::kFloat32);
    const Tensor out = torch::empty_like(y);
    for_each_image({0, images}, [&](int64_t i) {
      const int64_t at = i * image.values();
      normalise_image(image, read(y) + at, read(scale), read(shift),
                      residual ? read(*residual) + at : nullptr, relu, write(out) + at);
    });
    const bool output_gates = relu && residual.has_value();
    context->save_for_backward({x, weight, gamma, y, now.mean, inverse_deviation, scale, shift,
                                output_gates ? out : Tensor()});
    context->saved_data["convolution"] = reinterpret_cast<int64_t>(convolution);
    context->saved_data["relu"] = relu;
    context->saved_data["residual"] = residual.has_value();
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &gamma = saved[2], &y = saved[3],
                 &mean = saved[4], &inverse_deviation = saved[5], &scale = saved[6],
                 &shift = saved[7], &out = saved[8];
    auto* convolution = reinterpret_cast<Convolution*>(context->saved_data["convolution"].toInt());
    const bool relu = context->saved_data["relu"].toBool();
    const bool has_residual = context->saved_data["residual"].toBool();
    const ConvolutionShape& shape = convolution->shape();
    const BlockedShape image = output_of(shape);
    const int64_t images = y.size(0);

    Tensor gradient = gradients[0].contiguous();
    const Gate gate = !relu ? Gate::none : has_residual ? Gate::output : Gate::input;
    const Tensor gated = gate == Gate::output ? torch::empty_like(gradient) : Tensor();
    const Tensor sums = torch::empty({images, shape.out}), products = torch::empty_like(sums);
    const Tensor float_mean = mean.to(torch::kFloat32);
    for_each_image({0, images}, [&](int64_t i) {
      const int64_t at = i * image.values();
      sum_gradients_of_image(
          image, read(gradient) + at, gate, out.defined() ? read(out) + at : nullptr, read(y) + at,
          read(scale), read(shift), read(float_mean), gated.defined() ? write(gated) + at : nullptr,
          write(sums) + i * shape.out, write(products) + i * shape.out);
    });
    const Tensor gradient_beta = sums.sum(0, false, torch::kFloat64);
    const Tensor gradient_gamma = products.sum(0, false, torch::kFloat64) * inverse_deviation;

    // Ioffe, Szegedy, ICML 2015, section 3, solved for what multiplies gradient, y and 1.
    const double count = static_cast<double>(images * image.positions);
    const Tensor factor = gamma * inverse_deviation;
    const Tensor by_y = -factor * inverse_deviation * gradient_gamma / count;
    const Tensor constant = -factor * gradient_beta / count - by_y * mean;
    const Tensor of_gradient = factor.to(torch::kFloat32), of_y = by_y.to(torch::kFloat32),
                 offset = constant.to(torch::kFloat32);
    if (gated.defined()) gradient = gated;
    const Tensor gradient_x = context->needs_input_grad(0) ? torch::empty_like(x) : Tensor();
    const Tensor gradient_weight = torch::empty_like(weight);
    convolution->backward(
        images, read(x), read(weight),
        [&](Run run, float* gradient_y) {
          for_each_image(run, [&](int64_t i) {
            const int64_t at = i * image.values();
            differentiate_image(image, read(gradient) + at, gate == Gate::input ? gate : Gate::none,
                                read(y) + at, read(scale), read(shift), read(of_gradient),
                                read(of_y), read(offset),
                                gradient_y + (i - run.first) * image.values());
          });
        },
        gradient_x.defined() ? write(gradient_x) : nullptr, write(gradient_weight));
    return {gradient_x,
            gradient_weight,
            gradient_gamma.to(torch::kFloat32),
            gradient_beta.to(torch::kFloat32),
            has_residual ? gradient : Tensor(),
            {},
            {},
            {}};
  }
};

class OnednnLayers : public CpuLayers {
 public:
  explicit OnednnLayers(const std::string& algorithms) : table_(algorithms) {}

  Tensor convolve(const Tensor& x, torch::nn::Conv2d& convolution, torch::nn::BatchNorm2d& norm,
                  const Tensor& residual, bool relu) const override {
    Convolution& engine = convolution_of(x, *convolution);
    if (norm->is_training()) {
      return NormedConvolution::apply(
          x, convolution->weight, norm->weight, norm->bias,
          residual.defined() ? c10::make_optional(residual) : c10::nullopt, relu, &engine,
          norm.get());
    }
    return infer(x, engine, convolution->weight, *norm, residual, relu);
  }

  Tensor mean_of_positions(const Tensor& x) const override { return x.mean({2, 3}).flatten(1); }

  std::string algorithms() const override { return table_.text(); }

 private:
  Convolution& convolution_of(const Tensor& x, const torch::nn::Conv2dImpl& layer) const {
    const auto& padding = c10::get<torch::ExpandingArray<2>>(layer.options.padding());
    const ConvolutionShape shape{.in = layer.weight.size(1),
                                 .out = layer.weight.size(0),
                                 .height = x.size(2),
                                 .width = x.size(3),
                                 .kernel = layer.weight.size(2),
                                 .stride = layer.options.stride()->at(0),
                                 .padding = padding->at(0)};
    const auto known = convolutions_.find(shape);
    if (known != convolutions_.end()) return known->second;
    return convolutions_.emplace(shape, Convolution(shape, table_)).first->second;
  }

  /// The batch norm is folded into weight and bias.
  static Tensor infer(const Tensor& x, Convolution& convolution, const Tensor& weight,
                      const torch::nn::BatchNorm2dImpl& norm, const Tensor& residual, bool relu) {
    const torch::NoGradGuard no_gradient;
    const Tensor factor = norm.weight * (norm.running_var + norm.options.eps()).rsqrt();
    const Tensor folded = weight * factor.view({-1, 1, 1, 1});
    const Tensor bias = norm.bias - norm.running_mean * factor;
    const Tensor y = residual.defined() ? residual : output_room(convolution.shape(), x.size(0));
    convolution.infer(x.size(0), read(x), read(folded), {read(bias), residual.defined(), relu},
                      write(y));
    return y;
  }

  mutable AlgorithmTable table_;
  mutable std::map<ConvolutionShape, Convolution> convolutions_;
};

}  // namespace

std::shared_ptr<CpuLayers> cpu_layers(const std::string& algorithms) {
  return block_of_machine() > 0 ? std::make_shared<OnednnLayers>(algorithms) : nullptr;
}

}  // namespace tsimcne
