#include "tsimcne/measure/division.hpp"

#include <algorithm>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

namespace {

/// Divides the labelled rows by a question asked of each.
template <typename IsTest>
Division divide(std::span<const int32_t> labels, IsTest&& is_test) {
  Division division;
  for (int64_t i = 0; i < std::ssize(labels); ++i) {
    if (labels[static_cast<size_t>(i)] < 0) continue;
    (is_test(i) ? division.test : division.train).push_back(i);
  }
  return division;
}

std::vector<int64_t> count_labels(std::span<const int32_t> labels) {
  std::vector<int64_t> counts;
  for (const int32_t label : labels) {
    if (label < 0) continue;
    if (label >= std::ssize(counts)) counts.resize(static_cast<size_t>(label) + 1);
    ++counts[static_cast<size_t>(label)];
  }
  return counts;
}

/// Shares `wanted` out among classes of these sizes: rounded down, then one more to those whose
/// remainder is largest, the lower class first among equals.
std::vector<int64_t> share_out(const std::vector<int64_t>& sizes, int64_t wanted, int64_t total) {
  std::vector<int64_t> shares;
  std::vector<std::pair<int64_t, size_t>> remainders;  // negative, so that the largest sorts first
  int64_t missing = wanted;
  for (const int64_t size : sizes) {
    remainders.emplace_back(-(size * wanted % total), shares.size());
    shares.push_back(size * wanted / total);
    missing -= shares.back();
  }
  std::ranges::sort(remainders);
  for (int64_t i = 0; i < missing; ++i) ++shares[remainders[static_cast<size_t>(i)].second];
  return shares;
}

}  // namespace

std::optional<Division> official_division(const Catalog& catalog) {
  Division division = divide(catalog.labels, [&](int64_t i) {
    return catalog.splits[static_cast<size_t>(i)] == Split::test;
  });
  if (division.train.empty() || division.test.empty()) return std::nullopt;
  return division;
}

Division first_rows_division(std::span<const int32_t> labels, int64_t train_rows) {
  Division division = divide(labels, [train_rows](int64_t i) { return i >= train_rows; });
  if (division.train.empty() || division.test.empty()) {
    fail(
        "{} training rows leave {} labelled rows to learn from and {} to test; expected some of "
        "both",
        train_rows, division.train.size(), division.test.size());
  }
  return division;
}

Division random_division(std::span<const int32_t> labels, int64_t test_count, uint64_t seed) {
  const std::vector<int64_t> sizes = count_labels(labels);
  const int64_t total = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
  if (test_count < 1 || test_count >= total) {
    fail("{} test rows were asked for; expected 1 to {}, since {} rows have labels", test_count,
         total - 1, total);
  }
  std::vector<int64_t> left = share_out(sizes, test_count, total);
  std::vector<bool> chosen(labels.size());
  Random random(seed, Stream::division);
  for (const int64_t row : random_order(std::ssize(labels), random)) {
    const int32_t label = labels[static_cast<size_t>(row)];
    if (label < 0 || left[static_cast<size_t>(label)] == 0) continue;
    --left[static_cast<size_t>(label)];
    chosen[static_cast<size_t>(row)] = true;
  }
  return divide(labels, [&chosen](int64_t i) { return chosen[static_cast<size_t>(i)]; });
}

}  // namespace tsimcne
