#include "tsimcne/network/layers.hpp"

namespace tsimcne {

std::shared_ptr<CpuLayers> cpu_layers(const std::string&) {
  return nullptr;
}

bool multiplies_bfloat16() {
  return false;
}

}  // namespace tsimcne
