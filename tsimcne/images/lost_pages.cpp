#include "tsimcne/images/lost_pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>

namespace tsimcne {

/// A place of the list that the handler reads, which must neither wait nor find freed memory:
/// places are taken again and never freed.
struct LostPages::Watch {
  std::atomic<uintptr_t> begin = 0, end = 0;  // the same: nobody's
  std::atomic<int> protection = 0;
  std::atomic<bool> lost = false;
  Watch* next = nullptr;
};

namespace {

using Watch = LostPages::Watch;

std::atomic<Watch*> watches = nullptr;
struct sigaction before {};
uintptr_t page_size = 0;

extern "C" void replace_page(int signal, siginfo_t* info, void*) {
  const auto at = reinterpret_cast<uintptr_t>(info->si_addr);
  for (Watch* watch = watches; watch != nullptr; watch = watch->next) {
    if (at < watch->begin || at >= watch->end) continue;
    auto* const page = static_cast<char*>(info->si_addr) - at % page_size;
    if (::mmap(page, page_size, watch->protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
               0) == MAP_FAILED) {
      break;
    }
    watch->lost = true;
    return;
  }
  ::sigaction(signal, &before, nullptr);  // what touched it does so again, and gets what it got
}

void catch_signal() {
  page_size = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = replace_page;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &before);
}

/// A place that is nobody's.
Watch* free_watch() {
  for (Watch* watch = watches; watch != nullptr; watch = watch->next) {
    if (watch->begin == watch->end) return watch;
  }
  auto* const watch = new Watch;
  watch->next = watches;
  watches = watch;
  return watch;
}

std::mutex lock;  // of who has which place

}  // namespace

LostPages::LostPages(uint8_t* data, size_t bytes, int protection) {
  static std::once_flag caught;
  std::call_once(caught, catch_signal);
  const std::lock_guard guard(lock);
  watch_ = free_watch();
  watch_->lost = false;
  watch_->protection = protection;
  watch_->begin = reinterpret_cast<uintptr_t>(data);
  watch_->end = reinterpret_cast<uintptr_t>(data) + bytes;
}

LostPages::~LostPages() {
  const std::lock_guard guard(lock);
  watch_->end = 0;
  watch_->begin = 0;
}

bool LostPages::any() const {
  return watch_->lost;
}

}  // namespace tsimcne
