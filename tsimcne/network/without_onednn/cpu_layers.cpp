#include "tsimcne/network/layers.hpp"

namespace tsimcne {

std::shared_ptr<CpuLayers> cpu_layers(Algorithms) {
  return nullptr;
}

}  // namespace tsimcne
