#include "tsimcne/explore/worker.hpp"

#include <omp.h>

namespace tsimcne {

Worker::Worker()
    : thread_([this, threads = omp_get_max_threads()] {
        omp_set_num_threads(threads);
        do_all();
      }) {}

Worker::~Worker() {
  {
    const std::lock_guard guard(lock_);
    ends_ = true;
  }
  given_.notify_one();
  thread_.join();
}

void Worker::give(std::packaged_task<void()> task) {
  {
    const std::lock_guard guard(lock_);
    waiting_.push_back(std::move(task));
  }
  given_.notify_one();
}

void Worker::do_all() {
  std::unique_lock guard(lock_);
  while (true) {
    given_.wait(guard, [this] { return ends_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::packaged_task<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    guard.unlock();
    task();
    guard.lock();
  }
}

}  // namespace tsimcne
