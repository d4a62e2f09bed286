#pragma once

#include <cstdint>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Rows as near_pairs() reads them: a few at a time, column after column. Rows that fill the last
/// few up are 0.
class PackedRows {
 public:
  PackedRows() = default;
  PackedRows(MatrixView rows, int64_t at_a_time);

  int64_t rows() const { return rows_; }
  int64_t columns() const { return columns_; }
  int64_t parts() const { return parts_; }
  /// [columns, at_a_time].
  const float* part(int64_t i) const { return values_.data() + i * columns_ * at_a_time_; }

 private:
  int64_t at_a_time_ = 1, rows_ = 0, columns_ = 0, parts_ = 0;
  std::vector<float> values_;
};

constexpr int64_t packed_queries = 6, packed_references = 32;

struct NearPair {
  int32_t query, reference;
};

/// Adds the pairs of which query . reference + offset is not below the query's threshold, so also
/// those where one of these is not a number. queries: 6 at a time, references: 32 at a time;
/// thresholds and offsets: of each row, the latter with room for 32 more. Products stay in
/// registers and are never stored.
void add_near_pairs(const PackedRows& queries, const std::vector<float>& thresholds,
                    const PackedRows& references, const std::vector<float>& offsets,
                    std::vector<NearPair>& pairs);

}  // namespace tsimcne
