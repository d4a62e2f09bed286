#include "tsimcne/train/autocast.hpp"

#include "tsimcne/network/layers.hpp"
#include "tsimcne/network/libtorch.hpp"

namespace tsimcne {

bool trains_in_bfloat16(From from, torch::Device device) {
  return device.is_cuda() || (from != From::views && multiplies_bfloat16());
}

Autocast::Autocast(torch::DeviceType type) : type_(type) {
  set_autocast(type, true);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();  // of cast weights
  set_autocast(type_, false);
}

}  // namespace tsimcne
