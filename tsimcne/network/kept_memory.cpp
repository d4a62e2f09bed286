#include "tsimcne/network/kept_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr size_t page = size_t{2} << 20;  // a large one, in bytes
constexpr size_t most_waste = 2;          // times what is asked for that a block may be large

}  // namespace

KeptMemory::~KeptMemory() {
  for (const auto& [bytes, block] : free_) std::free(block);
}

/// The smallest free block that is large enough and not much too large, or a new one.
void* KeptMemory::take(size_t bytes, size_t& taken) {
  const std::lock_guard lock(mutex_);
  const auto fitting = free_.lower_bound(bytes);
  if (fitting != free_.end() && fitting->first <= std::max(most_waste * bytes, page)) {
    void* block = fitting->second;
    taken = fitting->first;
    free_.erase(fitting);
    return block;
  }
  taken = (bytes + page - 1) / page * page;
  void* block = std::aligned_alloc(page, taken);
  if (block == nullptr) {
    fail("memory ended: {} MiB more were asked for; a smaller batch takes less", taken >> 20);
  }
  ::madvise(block, taken, MADV_HUGEPAGE);  // a wish; small pages do too
  return block;
}

void KeptMemory::give_back(void* block, size_t bytes) {
  const std::lock_guard lock(mutex_);
  free_.emplace(bytes, block);
}

torch::Tensor KeptMemory::tensor(at::IntArrayRef sizes) {
  const size_t bytes = static_cast<size_t>(c10::multiply_integers(sizes)) * sizeof(float);
  if (bytes < page / 2) return torch::empty(sizes);
  size_t taken = 0;
  void* block = take(bytes, taken);
  const auto free = [memory = shared_from_this(), taken](void* freed) {
    memory->give_back(freed, taken);
  };
  return torch::from_blob(block, sizes, free);
}

}  // namespace tsimcne
