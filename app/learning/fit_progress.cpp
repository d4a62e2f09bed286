#include "app/learning/fit_progress.hpp"

#include "app/say.hpp"
#include "tsimcne/duration.hpp"

namespace tsimcne {

void FitProgress::clear() {
  counts_.clear();
  line_.clear();
}

Listener FitProgress::listener() {
  Listener listener = listener_at_end();
  listener.count = [this](std::string_view doing, int64_t done, int64_t total) {
    const auto [count, is_new] = counts_.try_emplace(std::string(doing), std::string(doing));
    count->second(done, total);
    if (done == total) counts_.erase(count);
  };
  return listener;
}

Listener FitProgress::listener_at_end() {
  return {.say =
              [this](const std::string& words) {
                clear();
                say("{}", words);
              },
          .warn =
              [this](const std::string& words) {
                clear();
                warn("{}", words);
              },
          .count =
              [this](std::string_view doing, int64_t done, int64_t total) {
                line_.show(fmt::format("{} {} of {} images", doing, done, total));
                if (done == total) line_.clear();
              }};
}

void FitProgress::show(const Method& method) {
  const std::vector<EpochRecord>& history = method.history();
  const Progress progress = method.progress();
  if (history.size() > epochs_) {
    epochs_ = history.size();
    const bool ends_stage = method.finished() || progress.stage != history.back().stage;
    const auto now = std::chrono::steady_clock::now();
    if (ends_stage || seconds_between(printed_, now) >= 1) {
      clear();
      say("{}\n", method.words_of(history.back()));
      printed_ = now;
    }
  }
  if (!method.finished() && !progress.words.empty()) line_.show(progress.words);
}

}  // namespace tsimcne
