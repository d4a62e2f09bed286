#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

namespace tsimcne {

/// A thread that does what others give it, one thing after another, with as many OpenMP threads as
/// the one that makes it has: OpenMP keeps that number for each thread by itself, and with it the
/// threads of its own that each of them once asked for.
class Worker {
 public:
  Worker();
  ~Worker();  // when all that was given is done
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Has `work` done and waits for it: returns its result, or throws what it throws. Not to be
  /// called by the work itself.
  template <typename Work>
  std::invoke_result_t<Work&> run(Work work) {
    std::packaged_task<std::invoke_result_t<Work&>()> task(std::move(work));
    auto result = task.get_future();
    give(std::packaged_task<void()>(std::move(task)));
    return result.get();
  }

 private:
  void give(std::packaged_task<void()> task);
  void do_all();

  std::mutex lock_;  // of what follows
  std::condition_variable given_;
  std::deque<std::packaged_task<void()>> waiting_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace tsimcne
