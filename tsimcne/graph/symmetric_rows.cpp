#include "tsimcne/graph/symmetric_rows.hpp"

#include <algorithm>
#include <numeric>

namespace tsimcne {
namespace {

/// An entry of a row that is not yet sorted.
struct Entry {
  int32_t column;
  float value;
};

/// Sorts a row and unites its entries of the same column, of which there are two at most; returns
/// how many are left.
int64_t merge(std::span<Entry> row, float (*unite)(float, float)) {
  std::ranges::sort(row, {}, &Entry::column);
  size_t kept = 0;
  for (size_t i = 0; i < row.size(); ++kept) {
    const Entry entry = row[i++];
    const bool both = i < row.size() && row[i].column == entry.column;
    row[kept] = {entry.column, unite(entry.value, both ? row[i++].value : 0)};
  }
  return static_cast<int64_t>(kept);
}

}  // namespace

SparseRows symmetric_rows(const Neighbors& near, MatrixView weights, float (*unite)(float, float)) {
  const int64_t n = near.queries, k = near.k;
  std::vector<int64_t> starts(static_cast<size_t>(n) + 1, k);
  starts[0] = 0;
  for (const int64_t j : near.indices) ++starts[static_cast<size_t>(j) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<Entry> entries(static_cast<size_t>(starts.back()));
  std::vector<int64_t> ends(starts.begin(), starts.end() - 1);
  for (int64_t i = 0; i < n; ++i) {
    const auto row = near.row(i);
    for (size_t at = 0; at < row.size(); ++at) {
      const float weight = weights.row(i)[at];
      const auto put = [&](int64_t from, int64_t to) {
        auto& end = ends[static_cast<size_t>(from)];
        entries[static_cast<size_t>(end++)] = {static_cast<int32_t>(to), weight};
      };
      put(i, row[at]);
      put(row[at], i);
    }
  }

  SparseRows result;
  result.starts.resize(static_cast<size_t>(n) + 1);
  const auto entries_of = [&](int64_t i) {
    const auto first = static_cast<size_t>(starts[static_cast<size_t>(i)]);
    return std::span(entries).subspan(
        first, static_cast<size_t>(starts[static_cast<size_t>(i) + 1]) - first);
  };
#pragma omp parallel for schedule(dynamic, 1024)
  for (int64_t i = 0; i < n; ++i) {
    result.starts[static_cast<size_t>(i) + 1] = merge(entries_of(i), unite);
  }
  std::partial_sum(result.starts.begin(), result.starts.end(), result.starts.begin());
  result.columns.resize(static_cast<size_t>(result.starts.back()));
  result.values.resize(result.columns.size());
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; ++i) {
    const auto first = result.starts[static_cast<size_t>(i)];
    const auto count = result.starts[static_cast<size_t>(i) + 1] - first;
    for (int64_t at = 0; at < count; ++at) {
      const Entry& entry = entries_of(i)[static_cast<size_t>(at)];
      result.columns[static_cast<size_t>(first + at)] = entry.column;
      result.values[static_cast<size_t>(first + at)] = entry.value;
    }
  }
  return result;
}

}  // namespace tsimcne
