#include "app/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "app/say.hpp"
#include "app/stop.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;

size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string duration(double seconds) {
  const auto s = static_cast<int64_t>(std::llround(std::max(0.0, seconds)));
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m {:02}s", s / 60, s % 60);
  if (s < 2 * 86400) return fmt::format("{}h {:02}m", s / 3600, s / 60 % 60);
  return fmt::format("{} days", s / 86400);
}

LiveLine::LiveLine() : live_(::isatty(STDERR_FILENO) == 1) {}

LiveLine::~LiveLine() {
  clear();
}

void LiveLine::show(const std::string& text) {
  const auto now = Clock::now();
  if (!live_ || (shown_ && seconds_between(last_, now) < 0.1)) return;
  warn("\r\x1b[K{}", text.substr(0, terminal_width() - 1));
  std::fflush(stderr);
  shown_ = true;
  last_ = now;
}

void LiveLine::clear() {
  if (shown_) warn("\r\x1b[K");
  shown_ = false;
}

void CountProgress::operator()(int64_t done, int64_t total) const {
  if (stop_requested()) throw Stopped(fmt::format("stopped while {}", doing_));
  const double seconds = seconds_between(start_, Clock::now());
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  const std::string text =
      fmt::format("{} {} of {} images, {:.0f}/s, {} left", doing_, done, total, rate,
                  duration(static_cast<double>(total - done) / std::max(rate, 1e-9)));
  if (shown_->line.is_live()) return shown_->line.show(text);
  const auto now = Clock::now();
  if (now - shown_->last < between_lines_) return;
  shown_->last = now;
  say("{}\n", text);
}

}  // namespace tsimcne
