#include "tsimcne/network/onednn/convolution.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <unordered_map>
#include <vector>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;

// Of a convolution's output: the caches hold a few of them.
constexpr int64_t bytes_a_run = 4 << 20;
// But so many times its weights at least, which every run reads and Winograd's algorithm
// transforms.
constexpr int64_t weights_a_run = 4;
// Kept for a convolution; batches of ever new sizes would gather them.
constexpr size_t most_passes = 64;

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& queue() {
  static dnnl::stream stream(cpu());
  return stream;
}

memory::format_tag layout_of(int64_t channels) {
  const int block = block_of_machine();
  if (channels % block != 0) return memory::format_tag::nchw;
  return block == 16 ? memory::format_tag::nChw16c : memory::format_tag::nChw8c;
}

memory::desc images_of(int64_t images, int64_t channels, int64_t height, int64_t width) {
  return {{images, channels, height, width}, memory::data_type::f32, layout_of(channels)};
}

/// oneDNN takes no pointers to const.
memory tensor(const memory::desc& desc, const float* values) {
  return memory(desc, cpu(), const_cast<float*>(values));
}

std::string name_of_processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "a processor without a name";
}

/// All that the speed of a convolution depends on beside its shape.
std::string machine() {
  const dnnl_version_t* version = dnnl::version();
  return fmt::format("{}, oneDNN {}.{}.{}, instruction set {:#x}, {} threads", name_of_processor(),
                     version->major, version->minor, version->patch,
                     static_cast<unsigned>(dnnl::get_effective_cpu_isa()), omp_get_max_threads());
}

constexpr auto float_bytes = static_cast<int64_t>(sizeof(float));

/// For one image.
int64_t bytes_of_output(const ConvolutionShape& shape) {
  return shape.out_values() * float_bytes;
}

template <class Work>
void for_each_run(int64_t images, const ConvolutionShape& shape, const Work& work) {
  const int64_t bytes = std::max(bytes_a_run, weights_a_run * shape.weights() * float_bytes);
  const int64_t at_once = std::max<int64_t>(1, bytes / bytes_of_output(shape));
  for (int64_t first = 0; first < images; first += at_once) {
    work(Run{first, std::min(at_once, images - first)});
  }
}

memory::desc x_of(const ConvolutionShape& shape, int64_t images) {
  return images_of(images, shape.in, shape.height, shape.width);
}

memory::desc y_of(const ConvolutionShape& shape, int64_t images) {
  return images_of(images, shape.out, shape.out_height(), shape.out_width());
}

std::string name_of(const ConvolutionShape& shape) {
  return fmt::format("{0}>{1} {2}x{2}/{3} {4}x{5}", shape.in, shape.out, shape.kernel, shape.stride,
                     shape.height, shape.width);
}

memory::dims dims_of_weight(const ConvolutionShape& shape) {
  return {shape.out, shape.in, shape.kernel, shape.kernel};
}

memory::desc plain_weight(const ConvolutionShape& shape) {
  return {dims_of_weight(shape), memory::data_type::f32, memory::format_tag::oihw};
}

void copy(const memory& from, const memory& to) {
  memory source = from, target = to;
  dnnl::reorder(from, to).execute(queue(), source, target);
}

/// A weight as the passes of a batch want it; made anew only where the next one wants another.
class BlockedWeight {
 public:
  BlockedWeight(const ConvolutionShape& shape, const float* weight)
      : plain_(tensor(plain_weight(shape), weight)) {}

  const memory& as(const memory::desc& wanted) {
    if (!blocked_ || blocked_.get_desc() != wanted) {
      blocked_ = memory(wanted, cpu());
      copy(plain_, blocked_);
    }
    return blocked_;
  }

 private:
  memory plain_, blocked_;
};

/// Tensors to time a pass of a convolution on.
struct Trial {
  Trial(const ConvolutionShape& shape, int64_t images, const memory::desc& weight_desc)
      : x(static_cast<size_t>(images * shape.in_values()), 0.25f),
        y(static_cast<size_t>(images * shape.out_values()), 0.25f),
        bias(static_cast<size_t>(shape.out), 0.25f),
        weight(weight_desc, cpu()) {
    std::memset(weight.get_data_handle(), 0, weight_desc.get_size());
  }

  std::vector<float> x, y, bias;
  memory weight;
};

/// Adds what `from` holds to `to`, in another layout.
void add(const memory& from, const memory& to) {
  dnnl::post_ops sum;
  sum.append_sum();
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(sum);
  memory source = from, target = to;
  dnnl::reorder(from, to, attributes).execute(queue(), source, target);
}

}  // namespace

bool machine_has(dnnl::cpu_isa instructions) {
  const auto bits = static_cast<unsigned>(instructions);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
}

int block_of_machine() {
  if (machine_has(dnnl::cpu_isa::avx512_core)) return 16;
  return machine_has(dnnl::cpu_isa::avx2) ? 8 : 0;
}

/// Nothing where oneDNN has but its reference implementation, which takes a hundred times as long.
template <class Primitive, class Description>
std::optional<Convolution::Pass> Convolution::fast_pass(const Description& made,
                                                        const memory::desc& weight) {
  if (std::string_view(made.impl_info_str()).starts_with("ref")) return {};
  return Pass{Primitive(made), weight};
}

/// Nothing where oneDNN does not have this algorithm for it.
std::optional<Convolution::Pass> Convolution::make_pass(const Task& task, algorithm algorithm) const
    try {
  ConvolutionTensors tensors{
      .x = x_of(shape_, task.images),
      .weight = {dims_of_weight(shape_), memory::data_type::f32, memory::format_tag::any},
      .bias = {},
      .y = y_of(shape_, task.images),
      .strides = {shape_.stride, shape_.stride},
      .padding = {shape_.padding, shape_.padding}};
  const auto forward = [&](dnnl::algorithm by) {
    return forward_pass(cpu(), prop_kind::forward_training, by, tensors);
  };
  switch (task.kind) {
    case Kind::forward: {
      const ForwardPass made = forward(algorithm);
      return fast_pass<dnnl::convolution_forward>(made, made.weights_desc());
    }
    case Kind::infer: {
      dnnl::post_ops finish;
      if (task.residual) finish.append_sum();
      if (task.relu) append_relu(finish);
      dnnl::primitive_attr attributes;
      attributes.set_post_ops(finish);
      tensors.bias = {{shape_.out}, memory::data_type::f32, memory::format_tag::x};
      const ForwardPass made =
          forward_pass(cpu(), prop_kind::forward_inference, algorithm, tensors, attributes);
      return fast_pass<dnnl::convolution_forward>(made, made.weights_desc());
    }
    case Kind::backward_data: {
      const DataPass made =
          data_pass(cpu(), algorithm, tensors, forward(algorithm::convolution_direct));
      return fast_pass<dnnl::convolution_backward_data>(made, made.weights_desc());
    }
    case Kind::backward_weights: {
      const WeightsPass made =
          weights_pass(cpu(), algorithm, tensors, forward(algorithm::convolution_direct));
      return fast_pass<dnnl::convolution_backward_weights>(made, made.diff_weights_desc());
    }
  }
  return {};
} catch (const dnnl::error& error) {
  if (error.status == dnnl_unimplemented) return {};
  throw;
}

bool Convolution::is_fast() const {
  constexpr auto direct = algorithm::convolution_direct;
  const bool plain_input = shape_.in % block_of_machine() != 0;
  return make_pass({Kind::forward, 1}, direct) && make_pass({Kind::infer, 1}, direct) &&
         make_pass({Kind::backward_weights, 1}, direct) &&
         (plain_input || make_pass({Kind::backward_data, 1}, direct));
}

/// The algorithms are timed on a run of always the same length, so that the choice suits the
/// batches to come whichever came first.
Convolution::Pass Convolution::choose_pass(const Task& task) const {
  Task timed = task;
  timed.images = std::max<int64_t>(1, bytes_a_run / bytes_of_output(shape_));
  std::vector<std::string> names;
  std::vector<Pass> passes, timed_passes;
  for (const auto& [name, algorithm] : {std::pair{"direct", algorithm::convolution_direct},
                                        {"winograd", algorithm::convolution_winograd}}) {
    std::optional<Pass> pass = make_pass(task, algorithm);
    std::optional<Pass> timed_pass = make_pass(timed, algorithm);
    if (!pass || !timed_pass) continue;
    names.emplace_back(name);
    passes.push_back(*std::move(pass));
    timed_passes.push_back(*std::move(timed_pass));
  }
  if (passes.empty()) fail("oneDNN has no convolution of the shape {}", name_of(shape_));
  constexpr std::array kinds = {"forward", "forward", "data", "weights"};
  const std::string work =
      fmt::format("{} {}", kinds[static_cast<size_t>(task.kind)], name_of(shape_));
  std::vector<std::optional<Trial>> trials(passes.size());
  return passes[table_.choose(machine(), work, names, [&](size_t i) {
    const Pass& pass = timed_passes[i];
    if (!trials[i]) trials[i].emplace(shape_, timed.images, pass.weight);
    run(timed, pass, trials[i]->x.data(), trials[i]->weight, trials[i]->bias.data(),
        trials[i]->y.data());
  })];
}

const Convolution::Pass& Convolution::pass(const Task& task) {
  const auto known = passes_.find(task);
  if (known != passes_.end()) return known->second;
  if (passes_.size() == most_passes) passes_.clear();
  return passes_.emplace(task, choose_pass(task)).first->second;
}

/// Reads or writes x, weight and y as the pass wants it.
void Convolution::run(const Task& task, const Pass& pass, const float* x, const memory& weight,
                      const float* bias, const float* y) const {
  const bool of_x = task.kind == Kind::backward_data;
  const bool of_weight = task.kind == Kind::backward_weights;
  std::unordered_map<int, memory> arguments{
      {of_x ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, tensor(x_of(shape_, task.images), x)},
      {of_weight ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, weight},
      {of_x || of_weight ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, tensor(y_of(shape_, task.images), y)}};
  if (task.kind == Kind::infer) {
    const memory::desc one_a_channel({shape_.out}, memory::data_type::f32, memory::format_tag::x);
    arguments.emplace(DNNL_ARG_BIAS, tensor(one_a_channel, bias));
  }
  pass.primitive.execute(queue(), arguments);
}

void Convolution::forward(int64_t images, const float* x, const float* weight, float* y,
                          const std::function<void(Run)>& after) {
  BlockedWeight blocked(shape_, weight);
  for_each_run(images, shape_, [&](const Run& part) {
    const Task task{Kind::forward, part.count};
    const Pass& forward = pass(task);
    run(task, forward, x + part.first * shape_.in_values(), blocked.as(forward.weight), nullptr,
        y + part.first * shape_.out_values());
    after(part);
  });
}

void Convolution::infer(int64_t images, const float* x, const float* weight, const Finish& finish,
                        float* y) {
  BlockedWeight blocked(shape_, weight);
  for_each_run(images, shape_, [&](const Run& part) {
    const Task task{Kind::infer, part.count, finish.residual, finish.relu};
    const Pass& infer = pass(task);
    run(task, infer, x + part.first * shape_.in_values(), blocked.as(infer.weight), finish.bias,
        y + part.first * shape_.out_values());
  });
}

void Convolution::backward(int64_t images, const float* x, const float* weight,
                           const std::function<void(Run, float*)>& make, float* gradient_weight,
                           float* gradient_x, const std::function<void(Run)>& after) {
  BlockedWeight blocked(shape_, weight);
  const memory sum = tensor(plain_weight(shape_), gradient_weight);
  std::fill_n(gradient_weight, shape_.weights(), 0.0f);
  memory of_part;
  torch::Tensor gradient_y;
  for_each_run(images, shape_, [&](const Run& part) {
    if (!gradient_y.defined()) gradient_y = memory_.tensor({part.count * shape_.out_values()});
    float* const dy = gradient_y.data_ptr<float>();
    make(part, dy);
    const Task to_weights{Kind::backward_weights, part.count};
    const Pass& weights = pass(to_weights);
    if (!of_part || of_part.get_desc() != weights.weight) of_part = memory(weights.weight, cpu());
    run(to_weights, weights, x + part.first * shape_.in_values(), of_part, nullptr, dy);
    add(of_part, sum);
    if (gradient_x == nullptr) return;
    const Task to_x{Kind::backward_data, part.count};
    const Pass& data = pass(to_x);
    run(to_x, data, gradient_x + part.first * shape_.in_values(), blocked.as(data.weight), nullptr,
        dy);
    after(part);
  });
}

}  // namespace tsimcne
