#pragma once

#include <torch/torch.h>

#include <map>
#include <memory>
#include <mutex>

namespace tsimcne {

/// Memory for activations. A training step asks for the same gigabytes as the one before: what is
/// freed is kept for the next that asks, and lies in large pages where the system has them, since
/// passes over activations wait for the memory. Given back to the system with the last tensor.
class KeptMemory : public std::enable_shared_from_this<KeptMemory> {
 public:
  KeptMemory() = default;
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;
  ~KeptMemory();

  /// An uninitialised float32 tensor. Safe in every thread. Throws an Error where memory ends.
  torch::Tensor tensor(at::IntArrayRef sizes);

 private:
  void* take(size_t bytes, size_t& taken);
  void give_back(void* block, size_t bytes);

  std::mutex mutex_;
  std::multimap<size_t, void*> free_;  // by size in bytes
};

}  // namespace tsimcne
