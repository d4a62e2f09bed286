#include "app/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "app/say.hpp"
#include "app/stop.hpp"
#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;

size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

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
