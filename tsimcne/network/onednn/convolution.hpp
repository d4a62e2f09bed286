#pragma once

#include <omp.h>

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "tsimcne/network/kept_memory.hpp"
#include "tsimcne/network/onednn/algorithm_table.hpp"
#include "tsimcne/network/onednn/onednn.hpp"

namespace tsimcne {

/// A convolution with square kernels, without groups, of images of height x width.
struct ConvolutionShape {
  int64_t in, out;  // channels
  int64_t height, width;
  int64_t kernel, stride, padding;

  int64_t out_height() const { return (height + 2 * padding - kernel) / stride + 1; }
  int64_t out_width() const { return (width + 2 * padding - kernel) / stride + 1; }
  int64_t in_values() const { return in * height * width; }
  int64_t out_values() const { return out * out_height() * out_width(); }
  int64_t weights() const { return out * in * kernel * kernel; }
  auto operator<=>(const ConvolutionShape&) const = default;
};

/// What is done to the sums of a convolution before they are written, in this order.
struct Finish {
  const float* bias = nullptr;  // a number a channel is added
  bool residual = false;        // what the output's memory holds is added
  bool relu = false;
};

/// Images first .. first + count - 1 of a batch.
struct Run {
  int64_t first, count;
};

/// Whether the machine has all these instructions, and oneDNN was not told to leave them out.
bool machine_has(dnnl::cpu_isa instructions);

/// Floats in a block of channels of the blocked layout that this machine is fast with: 16, 8, or 0
/// where it has none.
int block_of_machine();

/// The three passes of a convolution by oneDNN. Images are in the blocked layout [C/B, H, W, B],
/// those whose channels fill no block in the plain one; weights are [out, in, k, k]. A batch is
/// done in runs of images that fit the cache together with what is done to them before or after.
/// Primitives are made at first use and kept. For one thread of callers.
class Convolution {
 public:
  Convolution(const ConvolutionShape& shape, AlgorithmTable& table, KeptMemory& memory)
      : shape_(shape), table_(table), memory_(memory) {}

  const ConvolutionShape& shape() const { return shape_; }
  /// Where its activations are to lie.
  KeptMemory& kept_memory() const { return memory_; }

  /// Whether oneDNN has fast ways for all passes; where not, the passes throw an Error.
  bool is_fast() const;

  /// y = convolution of x, then `after` for every run of images that y was made for.
  void forward(int64_t images, const float* x, const float* weight, float* y,
               const std::function<void(Run)>& after);

  /// y = convolution of x, finished.
  void infer(int64_t images, const float* x, const float* weight, const Finish& finish, float* y);

  /// `make` writes the gradient of a run's y to the place it is given; from it come
  /// gradient_weight, [out, in, k, k], and, unless that is null, gradient_x, then `after` for the
  /// run.
  void backward(int64_t images, const float* x, const float* weight,
                const std::function<void(Run, float* gradient_y)>& make, float* gradient_weight,
                float* gradient_x, const std::function<void(Run)>& after);

 private:
  /// One pass over a number of images: what oneDNN made for it, and how that wants the weight or
  /// its gradient.
  struct Pass {
    dnnl::primitive primitive;
    dnnl::memory::desc weight;
  };
  enum class Kind { forward, infer, backward_data, backward_weights };
  struct Task {
    Kind kind;
    int64_t images;
    bool residual = false, relu = false;  // of the finish, for Kind::infer
    int threads = omp_get_max_threads();
    auto operator<=>(const Task&) const = default;
  };

  const Pass& pass(const Task& task);
  Pass choose_pass(const Task& task) const;
  template <class Primitive, class Description>
  static std::optional<Pass> fast_pass(const Description& made, const dnnl::memory::desc& weight);
  std::optional<Pass> make_pass(const Task& task, dnnl::algorithm algorithm) const;
  void run(const Task& task, const Pass& pass, const float* x, const dnnl::memory& weight,
           const float* bias, const float* y) const;

  ConvolutionShape shape_;
  AlgorithmTable& table_;
  KeptMemory& memory_;
  std::map<Task, Pass> passes_;
};

}  // namespace tsimcne
