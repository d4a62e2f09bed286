#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tsimcne {

/// Which algorithm does which work fastest, found by timing at first use and kept by machine.
class AlgorithmTable {
 public:
  /// As cpu_layers() is told.
  explicit AlgorithmTable(const std::string& algorithms);

  /// Which of the named algorithms does `work` on `machine`: the one on record, or the fastest by
  /// `run`, which does the work once by the algorithm of a place; that one is put on record.
  /// Where only direct ones are wanted, the first. Returns the place.
  size_t choose(const std::string& machine, const std::string& work,
                const std::vector<std::string>& names, const std::function<void(size_t)>& run);

  /// As CpuLayers::algorithms().
  std::string text() const;

 private:
  bool direct_ = false;
  std::map<std::string, std::map<std::string, std::string>> record_;  // machine, work -> name
};

}  // namespace tsimcne
