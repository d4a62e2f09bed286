#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tsimcne/network/layers.hpp"

namespace tsimcne {

/// Which algorithm does which work fastest, found by timing at first use and kept by machine.
class AlgorithmTable {
 public:
  explicit AlgorithmTable(Algorithms algorithms) : algorithms_(algorithms) {}

  /// Which of the named algorithms does `work` on `machine`: the one on record, or the fastest by
  /// `run`, which does the work once by the algorithm of a place; that one is put on record.
  /// Algorithms::direct always takes the first. Returns the place.
  size_t choose(const std::string& machine, const std::string& work,
                const std::vector<std::string>& names, const std::function<void(size_t)>& run);

  /// As CpuLayers::choices() and recall().
  std::string text() const;
  void recall(const std::string& text);

 private:
  using Choices = std::map<std::string, std::string>;  // work -> name

  Algorithms algorithms_;
  std::map<std::string, Choices> by_machine_;
};

}  // namespace tsimcne
