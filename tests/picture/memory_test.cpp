#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <new>

#include "tsimcne/error.hpp"
#include "tsimcne/picture/page.hpp"
#include "tsimcne/random.hpp"

// AddressSanitizer has its own memory, which nobody may replace in part.
#ifndef __SANITIZE_ADDRESS__

namespace {

size_t most_bytes = std::numeric_limits<size_t>::max();  // of a piece of memory

}  // namespace

void* operator new(size_t bytes) {
  void* const memory = bytes > most_bytes ? nullptr : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace tsimcne {
namespace {

TEST(ScarceMemory, ForAFileIsAnErrorAndNoExceptionPassesCairo) {
  for (const PageFormat format : {PageFormat::png, PageFormat::svg, PageFormat::pdf}) {
    Random random(1, Stream::subset);
    Page page(format, 5, 4, 100);
    for (int i = 0; i < 20000; ++i) {
      page.draw_dot({random.uniform(0, 360), random.uniform(0, 288)}, 1, {random.uniform(), 0, 0});
    }
    most_bytes = 10000;
    EXPECT_THROW(page.finish(), Error);
    most_bytes = std::numeric_limits<size_t>::max();
  }
}

}  // namespace
}  // namespace tsimcne

#endif
