#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tsimcne/error.hpp"
#include "tsimcne/network/layers.hpp"
#include "tsimcne/network/libtorch.hpp"
#include "tsimcne/network/onednn/blocked_norm.hpp"
#include "tsimcne/network/onednn/convolution.hpp"

namespace tsimcne {
namespace {

namespace nn = torch::nn;
using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// A number a channel.
using Channels = std::vector<float>;

const float* read(const Tensor& tensor) {
  return tensor.data_ptr<float>();
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
Tensor output_room(const Convolution& convolution, int64_t images) {
  const ConvolutionShape& shape = convolution.shape();
  const int block = block_of_machine();
  return convolution.kept_memory().tensor(
      {images, shape.out / block, shape.out_height(), shape.out_width(), block});
}

/// Calls work(image) for the images of a run, on all cores.
template <class Work>
void for_each_image(Run run, const Work& work) {
#pragma omp parallel for schedule(static)
  for (int64_t i = run.first; i < run.first + run.count; ++i) work(i);
}

/// For each channel the sum of value(place) over a table [images, channels], in double and in the
/// order of the images, so that it does not depend on the number of threads.
template <class Value>
std::vector<double> sum_over_images(int64_t images, int64_t channels, const Value& value) {
  constexpr int64_t at_once = 16;
  std::vector<double> sums(static_cast<size_t>(channels), 0.0);
#pragma omp parallel for schedule(static)
  for (int64_t first = 0; first < channels; first += at_once) {
    const int64_t end = std::min(first + at_once, channels);
    for (int64_t i = 0; i < images; ++i) {
      for (int64_t c = first; c < end; ++c)
        sums[static_cast<size_t>(c)] += value(i * channels + c, c);
    }
  }
  return sums;
}

/// What batch norm measured over all images and positions, a number a channel.
struct Statistics {
  std::vector<double> mean, variance;
};

/// Joins what was measured image by image: means, and sums of squared differences from them (Chan,
/// Golub, LeVeque 1983, equation 2.1).
Statistics join(const std::vector<float>& means, const std::vector<float>& squares,
                const BlockedShape& image) {
  const int64_t channels = image.channels();
  const int64_t images = std::ssize(means) / channels;
  const auto number = static_cast<double>(images);
  const auto positions = static_cast<double>(image.positions);
  Statistics joined;
  joined.mean =
      sum_over_images(images, channels, [&](int64_t i, int64_t) -> double { return means[i]; });
  for (double& mean : joined.mean) mean /= number;
  joined.variance = sum_over_images(images, channels, [&](int64_t i, int64_t c) {
    const double difference = means[i] - joined.mean[c];
    return squares[i] + positions * difference * difference;
  });
  for (double& variance : joined.variance) variance /= number * positions;
  return joined;
}

/// As libtorch's batch norm: the running variance is the unbiased one.
void update_running(nn::BatchNorm2dImpl& norm, const Statistics& now, int64_t count) {
  const double share = norm.options.momentum().value();
  const auto n = static_cast<double>(count);
  const double unbiased = n / std::max(n - 1, 1.0);
  float* const mean = write(norm.running_mean);
  float* const variance = write(norm.running_var);
  for (size_t c = 0; c < now.mean.size(); ++c) {
    mean[c] += static_cast<float>(share * (now.mean[c] - mean[c]));
    variance[c] += static_cast<float>(share * (unbiased * now.variance[c] - variance[c]));
  }
  norm.num_batches_tracked += 1;
}

/// Batch norm of a batch as what it does to each channel: y -> y * scale + shift.
struct Normalisation {
  Channels mean, inverse_deviation, scale, shift;

  Normalisation(const Statistics& now, double epsilon, const float* gamma, const float* beta) {
    for (size_t c = 0; c < now.mean.size(); ++c) {
      const double inverse = 1 / std::sqrt(now.variance[c] + epsilon);
      mean.push_back(static_cast<float>(now.mean[c]));
      inverse_deviation.push_back(static_cast<float>(inverse));
      scale.push_back(static_cast<float>(gamma[c] * inverse));
      shift.push_back(static_cast<float>(beta[c] - now.mean[c] * gamma[c] * inverse));
    }
  }
};

/// The sums that batch norm's gradient needs, over all images and positions, of the gradient d that
/// comes to its output: of d, and of d * (y - mean).
struct GradientSums {
  std::vector<double> d, product;
};

/// The gradient that goes back through batch norm, as factors of d, of y and of 1 (Ioffe, Szegedy,
/// ICML 2015, section 3, solved for them).
struct GradientFactors {
  Channels of_d, of_y, constant;

  GradientFactors(const GradientSums& sums, const Normalisation& norm, double count) {
    for (size_t c = 0; c < sums.d.size(); ++c) {
      const double scale = norm.scale[c], inverse = norm.inverse_deviation[c];
      const double by_y = -scale * inverse * inverse * sums.product[c] / count;
      of_d.push_back(norm.scale[c]);
      of_y.push_back(static_cast<float>(by_y));
      constant.push_back(static_cast<float>(-scale * sums.d[c] / count - by_y * norm.mean[c]));
    }
  }
};

/// A layer as a step of the graph: what stays the same between its forward and its backward pass.
struct Layer {
  Convolution* convolution;  // outlives the graph
  nn::BatchNorm2dImpl* norm;
  bool relu;
  int64_t around;  // the stride at which x goes around; 0: it does not

  const ConvolutionShape& shape() const { return convolution->shape(); }
  BlockedShape image() const { return output_of(shape()); }
  Thinning thinning() const { return {shape().height, shape().width, around}; }
  int64_t x_blocks() const { return shape().in / block_of_machine(); }
};

/// A layer with what its forward pass leaves for its backward pass.
struct PassedLayer : torch::CustomClassHolder {
  PassedLayer(const Layer& the_layer, Normalisation the_norm)
      : layer(the_layer), norm(std::move(the_norm)) {}
  Layer layer;
  Normalisation norm;
};

/// y = convolution of x, and its statistics.
Statistics convolve_and_measure(const Layer& layer, const Tensor& x, const Tensor& weight,
                                const Tensor& y) {
  const BlockedShape image = layer.image();
  const int64_t images = x.size(0), channels = image.channels();
  std::vector<float> means(static_cast<size_t>(images * channels)), squares(means.size());
  layer.convolution->forward(images, read(x), read(weight), write(y), [&](Run run) {
    for_each_image(run, [&](int64_t i) {
      measure_image(image, read(y) + i * image.values(), &means[i * channels],
                    &squares[i * channels]);
    });
  });
  return join(means, squares, image);
}

void normalise(const Layer& layer, const Normalisation& norm, const Tensor& y,
               const c10::optional<Tensor>& residual, const Tensor& out) {
  const BlockedShape image = layer.image();
  for_each_image({0, y.size(0)}, [&](int64_t i) {
    const int64_t at = i * image.values();
    normalise_image(image, read(y) + at, norm.scale.data(), norm.shift.data(),
                    residual ? read(*residual) + at : nullptr, layer.relu, write(out) + at);
  });
}

/// x at every stride-th position; x itself where that is all of them.
Tensor thin_out(const Layer& layer, const Tensor& x) {
  const Thinning thinning = layer.thinning();
  if (thinning.stride == 1) return x;
  const int64_t blocks = layer.x_blocks();
  const int block = block_of_machine();
  const Tensor thin = layer.convolution->kept_memory().tensor(
      {x.size(0), blocks, thinning.thin_height(), thinning.thin_width(), block});
  for_each_image({0, x.size(0)}, [&](int64_t i) {
    thin_out_image(blocks, block, thinning, read(x) + i * x.stride(0),
                   write(thin) + i * thin.stride(0));
  });
  return thin;
}

/// Gates the gradient by the layer's ReLU and sums it up. Where the output gates, the gated
/// gradient is written too, since the residual wants it.
GradientSums gate_and_sum(const PassedLayer& passed, Gate gate, const Tensor& gradient,
                          const Tensor& y, const Tensor& out, const Tensor& gated) {
  const Normalisation& norm = passed.norm;
  const BlockedShape image = passed.layer.image();
  const int64_t images = y.size(0), channels = image.channels();
  std::vector<float> sums(static_cast<size_t>(images * channels)), products(sums.size());
  for_each_image({0, images}, [&](int64_t i) {
    const int64_t at = i * image.values();
    sum_gradients_of_image(image, read(gradient) + at, gate,
                           gate == Gate::output ? read(out) + at : nullptr, read(y) + at,
                           norm.scale.data(), norm.shift.data(), norm.mean.data(),
                           gate == Gate::output ? write(gated) + at : nullptr, &sums[i * channels],
                           &products[i * channels]);
  });
  const auto total = [&](const std::vector<float>& parts) {
    return sum_over_images(images, channels,
                           [&](int64_t i, int64_t) -> double { return parts[i]; });
  };
  return {total(sums), total(products)};
}

/// From the gradient d at batch norm's output, gated yet or by `gate`, to those of the
/// convolution's weight and, unless it is undefined, of x, to which is added what came back around.
void differentiate(const PassedLayer& passed, Gate gate, const Tensor& d, const Tensor& y,
                   const GradientFactors& factors, const Tensor& x, const Tensor& weight,
                   const Tensor& around, const Tensor& gradient_weight, const Tensor& gradient_x) {
  const Normalisation& norm = passed.norm;
  const BlockedShape image = passed.layer.image();
  const auto make = [&](Run run, float* gradient_y) {
    for_each_image(run, [&](int64_t i) {
      const int64_t at = i * image.values();
      differentiate_image(image, read(d) + at, gate, read(y) + at, norm.scale.data(),
                          norm.shift.data(), factors.of_d.data(), factors.of_y.data(),
                          factors.constant.data(), gradient_y + (i - run.first) * image.values());
    });
  };
  const auto add_around = [&](Run run) {
    if (!around.defined()) return;
    for_each_image(run, [&](int64_t i) {
      add_thin_image(passed.layer.x_blocks(), block_of_machine(), passed.layer.thinning(),
                     read(around) + i * around.stride(0),
                     write(gradient_x) + i * gradient_x.stride(0));
    });
  };
  passed.layer.convolution->backward(y.size(0), read(x), read(weight), make, write(gradient_weight),
                                     gradient_x.defined() ? write(gradient_x) : nullptr,
                                     add_around);
}

Tensor to_tensor(const std::vector<double>& values, const Channels* factors = nullptr) {
  Tensor tensor = torch::empty({std::ssize(values)});
  for (size_t c = 0; c < values.size(); ++c) {
    write(tensor)[c] = static_cast<float>(values[c] * (factors ? (*factors)[c] : 1.0f));
  }
  return tensor;
}

/// relu(batch_norm(convolution(x)) + residual) in training mode, and x where it goes around.
class NormedConvolution : public torch::autograd::Function<NormedConvolution> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                               const Tensor& gamma, const Tensor& beta,
                               const c10::optional<Tensor>& residual, const Layer& layer) {
    const Tensor y = output_room(*layer.convolution, x.size(0));
    const Statistics now = convolve_and_measure(layer, x, weight, y);
    update_running(*layer.norm, now, x.size(0) * layer.image().positions);
    Normalisation norm(now, layer.norm->options.eps(), read(gamma), read(beta));
    const Tensor out = output_room(*layer.convolution, x.size(0));
    normalise(layer, norm, y, residual, out);

    const bool output_gates = layer.relu && residual.has_value();
    context->save_for_backward({x, weight, y, output_gates ? out : Tensor()});
    context->saved_data["layer"] =
        torch::IValue::make_capsule(c10::make_intrusive<PassedLayer>(layer, std::move(norm)));
    context->saved_data["residual"] = residual.has_value();
    variable_list results{out};
    if (layer.around > 0) results.push_back(thin_out(layer, x));
    return results;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &y = saved[2], &out = saved[3];
    const auto passed =
        c10::static_intrusive_pointer_cast<PassedLayer>(context->saved_data["layer"].toCapsule());
    const Layer& layer = passed->layer;
    const bool has_residual = context->saved_data["residual"].toBool();
    const Gate gate = !layer.relu ? Gate::none : has_residual ? Gate::output : Gate::input;

    Tensor d = gradients[0].contiguous();
    const Tensor gated =
        gate == Gate::output ? output_room(*layer.convolution, y.size(0)) : Tensor();
    const GradientSums sums = gate_and_sum(*passed, gate, d, y, out, gated);
    if (gated.defined()) d = gated;
    const auto count = static_cast<double>(y.size(0) * layer.image().positions);
    const Tensor gradient_weight = torch::empty_like(weight);
    const Tensor gradient_x = context->needs_input_grad(0)
                                  ? layer.convolution->kept_memory().tensor(x.sizes())
                                  : Tensor();
    const Tensor around = layer.around > 0 && gradients[1].defined() && gradient_x.defined()
                              ? gradients[1].contiguous()
                              : Tensor();
    differentiate(*passed, gate == Gate::input ? gate : Gate::none, d, y,
                  GradientFactors(sums, passed->norm, count), x, weight, around, gradient_weight,
                  gradient_x);
    return {gradient_x,
            gradient_weight,
            to_tensor(sums.product, &passed->norm.inverse_deviation),
            to_tensor(sums.d),
            has_residual ? d : Tensor(),
            {}};
  }
};

/// In evaluation mode: the batch norm is folded into weight and bias.
Tensor infer(const Layer& layer, const Tensor& x, const Tensor& weight, const Tensor& residual) {
  const torch::NoGradGuard no_gradient;
  const nn::BatchNorm2dImpl& norm = *layer.norm;
  const Tensor factor = norm.weight * (norm.running_var + norm.options.eps()).rsqrt();
  const Tensor folded = weight * factor.view({-1, 1, 1, 1});
  const Tensor bias = norm.bias - norm.running_mean * factor;
  const Tensor y = residual.defined() ? residual : output_room(*layer.convolution, x.size(0));
  layer.convolution->infer(x.size(0), read(x), read(folded),
                           {read(bias), residual.defined(), layer.relu}, write(y));
  return y;
}

Tensor to_plain(const Tensor& x) {
  if (x.dim() == 4) return x;
  return x.permute({0, 1, 4, 2, 3}).reshape({x.size(0), -1, x.size(2), x.size(3)});
}

Tensor to_blocked(const Tensor& x) {
  const int64_t block = block_of_machine();
  return x.reshape({x.size(0), x.size(1) / block, block, x.size(2), x.size(3)})
      .permute({0, 1, 3, 4, 2})
      .contiguous();
}

/// Throws an Error where x is not what a layer of so many channels takes.
void check_input(const Tensor& x, int64_t channels) {
  const bool plain = x.dim() == 4 && x.size(1) == channels && channels % block_of_machine() != 0;
  const bool blocked = x.dim() == 5 && x.size(1) * x.size(4) == channels;
  if (!(plain || blocked) || x.size(0) == 0 || x.size(2) == 0 || x.size(3) == 0) {
    fail("a convolution of {} channels cannot take a tensor [{}]", channels,
         fmt::join(x.sizes(), ", "));
  }
}

class OnednnLayers : public CpuLayers {
 public:
  explicit OnednnLayers(const std::string& algorithms) : table_(algorithms) {}

  Tensor convolve(const Tensor& x, nn::Conv2d& convolution, nn::BatchNorm2d& norm,
                  const Tensor& residual, bool relu) const override {
    Convolution* const fast = convolution_of(x, *convolution);
    if (fast == nullptr) {
      const Tensor added = residual.defined() ? to_plain(residual) : residual;
      return to_blocked(plain_->convolve(to_plain(x), convolution, norm, added, relu));
    }
    const Layer layer{fast, norm.get(), relu, /*around=*/0};
    if (!norm->is_training()) return infer(layer, x, convolution->weight, residual);
    return NormedConvolution::apply(
        x, convolution->weight, norm->weight, norm->bias,
        residual.defined() ? c10::make_optional(residual) : c10::nullopt, layer)[0];
  }

  Branches branch(const Tensor& x, nn::Conv2d& convolution, nn::BatchNorm2d& norm,
                  int64_t stride) const override {
    Convolution* const fast = convolution_of(x, *convolution);
    if (fast == nullptr) {
      const Branches plain = plain_->branch(to_plain(x), convolution, norm, stride);
      return {to_blocked(plain.through), to_blocked(plain.around)};
    }
    const Layer layer{fast, norm.get(), /*relu=*/true, stride};
    if (!norm->is_training()) {
      return {infer(layer, x, convolution->weight, {}), thin_out(layer, x)};
    }
    const variable_list both = NormedConvolution::apply(x, convolution->weight, norm->weight,
                                                        norm->bias, c10::optional<Tensor>(), layer);
    return {both[0], both[1]};
  }

  /// A block of channels is to libtorch an image with its channels last.
  Tensor max_pool(const Tensor& x) const override {
    const Tensor pooled = plain_->max_pool(x.flatten(0, 1).permute({0, 3, 1, 2}));
    return pooled.permute({0, 2, 3, 1})
        .contiguous()
        .view({x.size(0), x.size(1), pooled.size(2), pooled.size(3), x.size(4)});
  }

  Tensor mean_of_positions(const Tensor& x) const override { return x.mean({2, 3}).flatten(1); }

  std::string algorithms() const override { return table_.text(); }

 private:
  /// Null where oneDNN is slow with such a convolution.
  Convolution* convolution_of(const Tensor& x, const nn::Conv2dImpl& layer) const {
    check_input(x, layer.weight.size(1));
    const ConvolutionShape shape{.in = layer.weight.size(1),
                                 .out = layer.weight.size(0),
                                 .height = x.size(2),
                                 .width = x.size(3),
                                 .kernel = layer.weight.size(2),
                                 .stride = layer.options.stride()->at(0),
                                 .padding = padding_of(layer)};
    auto known = convolutions_.find(shape);
    if (known == convolutions_.end()) {
      std::optional<Convolution> made(std::in_place, shape, table_, *memory_);
      if (!made->is_fast()) made.reset();
      known = convolutions_.emplace(shape, std::move(made)).first;
    }
    return known->second ? &*known->second : nullptr;
  }

  mutable AlgorithmTable table_;
  std::shared_ptr<KeptMemory> memory_ = std::make_shared<KeptMemory>();
  std::shared_ptr<Layers> plain_ = plain_layers();
  mutable std::map<ConvolutionShape, std::optional<Convolution>> convolutions_;
};

}  // namespace

std::shared_ptr<CpuLayers> cpu_layers(const std::string& algorithms) {
  return block_of_machine() > 0 ? std::make_shared<OnednnLayers>(algorithms) : nullptr;
}

bool multiplies_bfloat16() {
  return machine_has(dnnl::cpu_isa::avx512_core_bf16);
}

}  // namespace tsimcne
