#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace tsimcne {

/// What a line of a run's metrics.jsonl says of an epoch.
struct EpochMetrics {
  int64_t stage = 0;  // from 1
  double loss = 0, attraction = 0, repulsion = 0;
  int64_t dimensions = 0;  // of the network's output in that epoch
};

/// The epochs in their order, at least one. Throws an Error that names the line where the file is
/// not one of metrics.
std::vector<EpochMetrics> read_metrics(const std::filesystem::path& path);

}  // namespace tsimcne
