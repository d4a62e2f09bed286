#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace tsimcne {

/// A line on the terminal that is written over; where stderr is no terminal, nothing.
class LiveLine {
 public:
  LiveLine();
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  bool is_live() const { return live_; }
  /// Shows `text` in place of the last one; too soon after it nothing happens.
  void show(const std::string& text);
  void clear();

 private:
  bool live_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

/// Shows "decoding 1200 of 60000 images, 3400/s, 17s left" and the like, where no terminal is every
/// half a minute, and throws Stopped where the program is asked to stop.
class CountProgress {
 public:
  explicit CountProgress(std::string doing, std::chrono::seconds between_lines = half_a_minute)
      : doing_(std::move(doing)),
        between_lines_(between_lines),
        shown_(std::make_shared<Shown>()) {}
  void operator()(int64_t done, int64_t total) const;

 private:
  static constexpr std::chrono::seconds half_a_minute{30};
  std::string doing_;
  std::chrono::seconds between_lines_;  // where no terminal is
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  struct Shown {
    LiveLine line;
    std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
  };
  std::shared_ptr<Shown> shown_;  // by copies, since callbacks are copied
};

}  // namespace tsimcne
