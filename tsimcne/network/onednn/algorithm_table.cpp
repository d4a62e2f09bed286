#include "tsimcne/network/onednn/algorithm_table.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr const char* direct = "direct";
constexpr int rounds = 3;  // the least of so many times counts

/// The algorithms take turns, so that a disturbance does not hit one of them alone.
size_t fastest(size_t count, const std::function<void(size_t)>& run) {
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::duration> least(count, Clock::duration::max());
  for (size_t i = 0; i < count; ++i) run(i);  // the first time is a slow one
  for (int round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < count; ++i) {
      const Clock::time_point start = Clock::now();
      run(i);
      least[i] = std::min(least[i], Clock::now() - start);
    }
  }
  return static_cast<size_t>(std::ranges::min_element(least) - least.begin());
}

}  // namespace

AlgorithmTable::AlgorithmTable(const std::string& algorithms) try {
  direct_ = algorithms == direct;
  if (!direct_ && !algorithms.empty()) {
    record_ = nlohmann::json::parse(algorithms).get<decltype(record_)>();
  }
} catch (const nlohmann::json::exception& error) {
  fail("the record of the convolutions' algorithms is damaged: {}", error.what());
}

size_t AlgorithmTable::choose(const std::string& machine, const std::string& work,
                              const std::vector<std::string>& names,
                              const std::function<void(size_t)>& run) {
  if (names.size() == 1 || direct_) return 0;
  std::string& choice = record_[machine][work];
  if (std::ranges::find(names, choice) == names.end()) choice = names[fastest(names.size(), run)];
  return static_cast<size_t>(std::ranges::find(names, choice) - names.begin());
}

std::string AlgorithmTable::text() const {
  return direct_ ? direct : nlohmann::json(record_).dump();
}

}  // namespace tsimcne
