#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/clustering.hpp"
#include "tsimcne/measure/groups.hpp"

namespace tsimcne {

namespace {

/// How many rows are in group i of one division and group j of another.
struct Contingency {
  int64_t rows = 0;
  std::vector<int64_t> a, b;   // sizes of the groups
  std::vector<int64_t> cells;  // [a, b]

  Contingency(std::span<const int32_t> of_a, std::span<const int32_t> of_b);
  int64_t cell(size_t i, size_t j) const { return cells[i * b.size() + j]; }
  /// Whether both are the same division.
  bool is_one_to_one() const {
    const int64_t filled = std::ssize(cells) - std::ranges::count(cells, 0);
    return std::ssize(a) == filled && std::ssize(b) == filled;
  }
};

Contingency::Contingency(std::span<const int32_t> of_a, std::span<const int32_t> of_b)
    : rows(std::ssize(of_a)) {
  if (of_a.size() != of_b.size()) {
    fail("divisions of {} and of {} rows were given; expected two of the same rows", of_a.size(),
         of_b.size());
  }
  const Groups in_a(of_a), in_b(of_b);
  a.resize(static_cast<size_t>(in_a.count));
  b.resize(static_cast<size_t>(in_b.count));
  cells.resize(a.size() * b.size());
  for (size_t row = 0; row < of_a.size(); ++row) {
    const auto i = static_cast<size_t>(in_a.of_row[row]), j = static_cast<size_t>(in_b.of_row[row]);
    ++a[i];
    ++b[j];
    ++cells[i * b.size() + j];
  }
}

double sum_of_squares(const std::vector<int64_t>& counts) {
  double sum = 0;
  for (const int64_t count : counts) {
    sum += static_cast<double>(count) * static_cast<double>(count);
  }
  return sum;
}

double entropy(const std::vector<int64_t>& sizes, int64_t rows) {
  double sum = 0;
  for (const int64_t size : sizes) {
    const double share = static_cast<double>(size) / static_cast<double>(rows);
    sum -= share * std::log(share);
  }
  return sum;
}

/// What a cell of `count` rows adds to the information that groups of sizes a and b share.
double information(int64_t count, int64_t a, int64_t b, int64_t rows) {
  const auto n = static_cast<double>(rows), c = static_cast<double>(count);
  return c / n * std::log(n * c / (static_cast<double>(a) * static_cast<double>(b)));
}

double mutual_information(const Contingency& table) {
  double sum = 0;
  for (size_t i = 0; i < table.a.size(); ++i) {
    for (size_t j = 0; j < table.b.size(); ++j) {
      if (table.cell(i, j) == 0) continue;
      sum += information(table.cell(i, j), table.a[i], table.b[j], table.rows);
    }
  }
  return sum;
}

/// The logarithms of 0! .. rows!.
std::vector<double> log_factorials(int64_t rows) {
  std::vector<double> logs(static_cast<size_t>(rows) + 1);
  for (size_t i = 0; i < logs.size(); ++i) logs[i] = std::lgamma(static_cast<double>(i) + 1);
  return logs;
}

/// The information that groups of sizes a and b share by chance, when rows are dealt out at random:
/// the cell between them then has a hypergeometric distribution.
double expected_information(int64_t a, int64_t b, int64_t rows, const std::vector<double>& logs) {
  const auto log = [&logs](int64_t i) { return logs[static_cast<size_t>(i)]; };
  const double sizes = log(a) + log(b) + log(rows - a) + log(rows - b) - log(rows);
  double sum = 0;
  for (int64_t count = std::max(int64_t{1}, a + b - rows); count <= std::min(a, b); ++count) {
    const double chance =
        std::exp(sizes - log(count) - log(a - count) - log(b - count) - log(rows - a - b + count));
    sum += chance * information(count, a, b, rows);
  }
  return sum;
}

double expected_information(const Contingency& table) {
  const std::vector<double> logs = log_factorials(table.rows);
  std::vector<double> of_group(table.a.size());
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < table.a.size(); ++i) {
    for (const int64_t b : table.b) {
      of_group[i] += expected_information(table.a[i], b, table.rows, logs);
    }
  }
  double sum = 0;
  for (const double part : of_group) sum += part;
  return sum;
}

}  // namespace

double adjusted_rand_index(std::span<const int32_t> a, std::span<const int32_t> b) {
  const Contingency table(a, b);
  const auto n = static_cast<double>(table.rows);
  // Ordered pairs of rows that are together in both, in a alone, in b alone, in neither.
  const double both = sum_of_squares(table.cells) - n;
  const double a_alone = sum_of_squares(table.a) - n - both;
  const double b_alone = sum_of_squares(table.b) - n - both;
  const double neither = n * n - n - both - a_alone - b_alone;
  if (a_alone == 0 && b_alone == 0) return 1;
  return 2 * (both * neither - a_alone * b_alone) /
         ((both + a_alone) * (a_alone + neither) + (both + b_alone) * (b_alone + neither));
}

double adjusted_mutual_information(std::span<const int32_t> a, std::span<const int32_t> b) {
  const Contingency table(a, b);
  if (table.is_one_to_one()) return 1;
  const double shared = mutual_information(table), by_chance = expected_information(table);
  const double most = (entropy(table.a, table.rows) + entropy(table.b, table.rows)) / 2;
  return (shared - by_chance) / (most - by_chance);
}

}  // namespace tsimcne
