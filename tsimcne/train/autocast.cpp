#include "tsimcne/train/autocast.hpp"

#include <ATen/autocast_mode.h>

#include "tsimcne/network/layers.hpp"

namespace tsimcne {
namespace {

void set_enabled(torch::DeviceType type, bool enabled) {
  if (type == torch::kCUDA) {
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_cpu_enabled(enabled);
  }
}

}  // namespace

bool trains_in_bfloat16(Trains trains, torch::Device device) {
  return device.is_cuda() || (trains == Trains::head && multiplies_bfloat16());
}

Autocast::Autocast(torch::DeviceType type) : type_(type) {
  if (type == torch::kCUDA) {
    at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
  } else {
    at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
  }
  set_enabled(type, true);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();  // of cast weights
  set_enabled(type_, false);
}

}  // namespace tsimcne
