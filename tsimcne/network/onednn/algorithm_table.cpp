#include "tsimcne/network/onednn/algorithm_table.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

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

size_t AlgorithmTable::choose(const std::string& machine, const std::string& work,
                              const std::vector<std::string>& names,
                              const std::function<void(size_t)>& run) {
  if (names.size() == 1 || algorithms_ == Algorithms::direct) return 0;
  std::string& choice = by_machine_[machine][work];
  const auto known = std::ranges::find(names, choice);
  if (known != names.end()) return static_cast<size_t>(known - names.begin());
  const size_t best = fastest(names.size(), run);
  choice = names[best];
  return best;
}

std::string AlgorithmTable::text() const {
  return nlohmann::json(by_machine_).dump();
}

void AlgorithmTable::recall(const std::string& text) try {
  const auto recorded = nlohmann::json::parse(text).get<std::map<std::string, Choices>>();
  for (const auto& [machine, choices] : recorded) {
    for (const auto& [work, name] : choices) by_machine_[machine][work] = name;
  }
} catch (const nlohmann::json::exception& error) {
  fail("the record of the convolutions' algorithms is damaged: {}", error.what());
}

}  // namespace tsimcne
