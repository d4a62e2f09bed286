#pragma once

// What differs between the versions of libtorch that this builds with, 1.13 to 2.15; and its
// errors.

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include <string>
#include <variant>

#include "tsimcne/error.hpp"

namespace tsimcne {

/// What libtorch says of an error, without the C++ stack that it adds.
inline std::string first_line(const c10::Error& error) {
  const std::string text = error.what_without_backtrace();
  return text.substr(0, text.find('\n'));
}

/// The result of `work`, out of which what libtorch throws comes as an Error.
template <class Work>
auto in_a_sentence(const Work& work) try {
  return work();
} catch (const c10::Error& error) {
  fail("libtorch cannot go on: {}", first_line(error));
}

#if TORCH_VERSION_MAJOR == 1

/// The padding of a convolution in height, which is that in width.
inline int64_t padding_of(const torch::nn::Conv2dImpl& convolution) {
  return c10::get<torch::ExpandingArray<2>>(convolution.options.padding())->at(0);
}

/// Whether this thread computes convolutions and matrix products on such a device in bfloat16.
inline void set_autocast(torch::DeviceType type, bool enabled) {
  if (type == torch::kCUDA) {
    at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
    at::autocast::set_cpu_enabled(enabled);
  }
}

#else

inline int64_t padding_of(const torch::nn::Conv2dImpl& convolution) {
  return std::get<torch::ExpandingArray<2>>(convolution.options.padding())->at(0);
}

inline void set_autocast(torch::DeviceType type, bool enabled) {
  at::autocast::set_autocast_dtype(type, torch::kBFloat16);
  at::autocast::set_autocast_enabled(type, enabled);
}

#endif

}  // namespace tsimcne
