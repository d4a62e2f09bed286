#pragma once

#include <chrono>
#include <functional>

namespace tsimcne {

/// Something done again and again that takes a share of the time at most: it is left out until so
/// much time has gone by that what it took last is no more than that.
class Sparing {
 public:
  using Clock = std::chrono::steady_clock;

  Sparing(double share, std::function<void()> work) : share_(share), work_(std::move(work)) {}

  void operator()() {
    const auto start = Clock::now();
    if (start < due_) return;
    work_();
    done_ = Clock::now();
    due_ = done_ + std::chrono::duration_cast<Clock::duration>((done_ - start) / share_);
  }
  Clock::time_point done() const { return done_; }

 private:
  double share_;
  std::function<void()> work_;
  Clock::time_point due_{}, done_{};
};

}  // namespace tsimcne
