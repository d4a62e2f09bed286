#include "tsimcne/layout/cauchy_field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>
#include <unsupported/Eigen/FFT>

namespace tsimcne {
namespace {

using Complex = std::complex<double>;

constexpr int nodes_a_cell = 5;    // on each axis; with three the forces are 4 % off
constexpr int fewest_cells = 50;   // on each axis
constexpr double widest_cell = 1;  // distances at which the kernel bends
constexpr int most_cells = 400;    // wider maps get wider cells
constexpr int64_t block = 64;      // of a transposition, in numbers

/// The next number of cells from which a transform is quick: one of 2, 3 and 5 alone.
int quick_number(int cells) {
  for (;; ++cells) {
    int rest = cells;
    for (const int prime : {2, 3, 5}) {
      while (rest % prime == 0) rest /= prime;
    }
    if (rest == 1) return cells;
  }
}

/// The weights of a cell's nodes for a point at `at`, in cells from the cell's edge: Lagrange's
/// polynomials.
std::array<double, nodes_a_cell> weights_at(double at) {
  std::array<double, nodes_a_cell> weights{};
  for (int i = 0; i < nodes_a_cell; ++i) {
    double weight = 1;
    for (int j = 0; j < nodes_a_cell; ++j) {
      if (j != i) weight *= (at * nodes_a_cell - 0.5 - j) / (i - j);
    }
    weights[static_cast<size_t>(i)] = weight;
  }
  return weights;
}

/// Transforms `count` of the rows, each of `length` numbers, from the first on.
void transform_rows(std::vector<Complex>& plane, int64_t length, int64_t count, bool inverse) {
#pragma omp parallel
  {
    Eigen::FFT<double> fft;
    fft.SetFlag(Eigen::FFT<double>::Unscaled);
    std::vector<Complex> row(static_cast<size_t>(length));
#pragma omp for schedule(static)
    for (int64_t i = 0; i < count; ++i) {
      Complex* const at = plane.data() + i * length;
      if (inverse) {
        fft.inv(row.data(), at, length);
      } else {
        fft.fwd(row.data(), at, length);
      }
      std::copy(row.begin(), row.end(), at);
    }
  }
}

void transpose(std::vector<Complex>& plane, int64_t length) {
  const int64_t blocks = (length + block - 1) / block;
#pragma omp parallel for schedule(dynamic)
  for (int64_t i = 0; i < blocks; ++i) {
    for (int64_t j = i; j < blocks; ++j) {
      for (int64_t r = i * block; r < std::min(length, (i + 1) * block); ++r) {
        for (int64_t c = std::max(j * block, i == j ? r + 1 : 0);
             c < std::min(length, (j + 1) * block); ++c) {
          std::swap(plane[static_cast<size_t>(r * length + c)],
                    plane[static_cast<size_t>(c * length + r)]);
        }
      }
    }
  }
}

}  // namespace

/// A square grid, with twice its side for the transforms, and all that is made on it.
struct CauchyField::Plane {
  explicit Plane(int cell_count)
      : cells(cell_count),
        nodes(cells * nodes_a_cell),
        length(2 * int64_t{nodes}),
        spectrum(static_cast<size_t>(length * length)) {
    for (auto& charge : charges) charge.resize(spectrum.size());
  }

  void place(std::span<const double> points);
  void measure_kernel();
  void spread(std::span<const double> points);
  void convolve();
  double collect(std::span<const double> points, std::span<double> forces) const;

  int cells, nodes;  // on each axis
  int64_t length;    // of a transform
  double left = 0, bottom = 0, cell = 0;
  double kernel_of_cell = 0;      // that the spectrum is of
  std::vector<Complex> spectrum;  // of the squared kernel; real, since it is symmetric
  std::array<std::vector<Complex>, 2> charges;  // 1 + i x, and y + i (x^2 + y^2)
  std::vector<int64_t> starts;                  // of the points of each cell
  std::vector<int64_t> order;                   // points by cell
};

/// Sorts the points into cells.
void CauchyField::Plane::place(std::span<const double> points) {
  const auto n = static_cast<int64_t>(points.size() / 2);
  std::vector<int32_t> cell_of(static_cast<size_t>(n));
  starts.assign(static_cast<size_t>(cells) * static_cast<size_t>(cells) + 1, 0);
  for (int64_t i = 0; i < n; ++i) {
    const auto index = [&](double along) {
      return std::clamp(static_cast<int>(along / cell), 0, cells - 1);
    };
    const auto at = static_cast<size_t>(2 * i);
    cell_of[static_cast<size_t>(i)] =
        index(points[at + 1] - bottom) * cells + index(points[at] - left);
    ++starts[static_cast<size_t>(cell_of[static_cast<size_t>(i)]) + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<int64_t> next(starts.begin(), starts.end() - 1);
  order.resize(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    order[static_cast<size_t>(next[static_cast<size_t>(cell_of[static_cast<size_t>(i)])]++)] = i;
  }
}

/// The transform of 1 / (1 + d^2)^2 between nodes, which goes round the plane, and so does its
/// symmetry: row r is that of length - r, before and after.
void CauchyField::Plane::measure_kernel() {
  if (kernel_of_cell == cell) return;
  const double step = cell / nodes_a_cell;
#pragma omp parallel for schedule(static)
  for (int64_t r = 0; r <= nodes; ++r) {
    const auto down = static_cast<double>(r) * step;
    for (int64_t c = 0; c < length; ++c) {
      const auto across = static_cast<double>(std::min(c, length - c)) * step;
      const double q = 1 / (1 + down * down + across * across);
      spectrum[static_cast<size_t>(r * length + c)] = q * q;
    }
  }
  for (int pass = 0; pass < 2; ++pass) {
    transform_rows(spectrum, length, nodes + 1, /*inverse=*/false);
    for (int64_t r = 1; r < nodes; ++r) {
      std::copy_n(spectrum.begin() + r * length, length, spectrum.begin() + (length - r) * length);
    }
    transpose(spectrum, length);
  }
  kernel_of_cell = cell;
}

/// Shares 1, x, y and x^2 + y^2 of each point out among its cell's nodes, which no other cell has.
/// Coordinates are from the middle of the grid, which keeps them small.
void CauchyField::Plane::spread(std::span<const double> points) {
  for (auto& charge : charges) std::ranges::fill(charge, Complex());
  const double middle_x = left + cells * cell / 2, middle_y = bottom + cells * cell / 2;
#pragma omp parallel for schedule(dynamic, 64)
  for (int64_t box = 0; box < int64_t{cells} * cells; ++box) {
    const int64_t row = box / cells, column = box % cells;
    for (int64_t k = starts[static_cast<size_t>(box)]; k < starts[static_cast<size_t>(box) + 1];
         ++k) {
      const auto at = static_cast<size_t>(2 * order[static_cast<size_t>(k)]);
      const auto across = weights_at((points[at] - left) / cell - static_cast<double>(column));
      const auto down = weights_at((points[at + 1] - bottom) / cell - static_cast<double>(row));
      const double x = points[at] - middle_x, y = points[at + 1] - middle_y;
      for (size_t i = 0; i < nodes_a_cell; ++i) {
        const int64_t line =
            (row * nodes_a_cell + static_cast<int64_t>(i)) * length + column * nodes_a_cell;
        for (size_t j = 0; j < nodes_a_cell; ++j) {
          const double weight = down[i] * across[j];
          const auto node = static_cast<size_t>(line) + j;
          charges[0][node] += Complex(weight, weight * x);
          charges[1][node] += Complex(weight * y, weight * (x * x + y * y));
        }
      }
    }
  }
}

/// Real and imaginary parts are two charges of their own, since the spectrum is real.
void CauchyField::Plane::convolve() {
  const double scale = 1 / (static_cast<double>(length) * static_cast<double>(length));
  for (auto& charge : charges) {
    transform_rows(charge, length, nodes, /*inverse=*/false);  // the other rows are empty
    transpose(charge, length);
    transform_rows(charge, length, length, /*inverse=*/false);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < length * length; ++i) {
      charge[static_cast<size_t>(i)] *= spectrum[static_cast<size_t>(i)].real() * scale;
    }
    transform_rows(charge, length, length, /*inverse=*/true);
    transpose(charge, length);
    transform_rows(charge, length, nodes, /*inverse=*/true);
  }
}

/// Of the potentials p of 1, x, y and x^2 + y^2 at a point: the force is y p_1 - p_y, and since
/// 1 + d^2 times the squared kernel is the kernel, (1 + |y|^2) p_1 - 2 (x p_x + y p_y) + p_|y|^2 is
/// the sum of its q, its own 1 included.
double CauchyField::Plane::collect(std::span<const double> points, std::span<double> forces) const {
  const double middle_x = left + cells * cell / 2, middle_y = bottom + cells * cell / 2;
  std::vector<double> sums(static_cast<size_t>(cells));
#pragma omp parallel for schedule(dynamic)
  for (int64_t row = 0; row < cells; ++row) {
    for (int64_t column = 0; column < cells; ++column) {
      const auto box = static_cast<size_t>(row * cells + column);
      for (int64_t k = starts[box]; k < starts[box + 1]; ++k) {
        const auto at = static_cast<size_t>(2 * order[static_cast<size_t>(k)]);
        const auto across = weights_at((points[at] - left) / cell - static_cast<double>(column));
        const auto down = weights_at((points[at + 1] - bottom) / cell - static_cast<double>(row));
        Complex one_x, y_square;
        for (size_t i = 0; i < nodes_a_cell; ++i) {
          const int64_t line =
              (row * nodes_a_cell + static_cast<int64_t>(i)) * length + column * nodes_a_cell;
          for (size_t j = 0; j < nodes_a_cell; ++j) {
            const double weight = down[i] * across[j];
            one_x += weight * charges[0][static_cast<size_t>(line) + j];
            y_square += weight * charges[1][static_cast<size_t>(line) + j];
          }
        }
        const double x = points[at] - middle_x, y = points[at + 1] - middle_y;
        forces[at] = x * one_x.real() - one_x.imag();
        forces[at + 1] = y * one_x.real() - y_square.real();
        sums[static_cast<size_t>(row)] += (1 + x * x + y * y) * one_x.real() -
                                          2 * (x * one_x.imag() + y * y_square.real()) +
                                          y_square.imag() - 1;
      }
    }
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

CauchyField::CauchyField() = default;
CauchyField::~CauchyField() = default;

double CauchyField::operator()(std::span<const double> points, std::span<double> forces) {
  double low_x = points[0], high_x = low_x, low_y = points[1], high_y = low_y;
  for (size_t i = 0; i < points.size(); i += 2) {
    low_x = std::min(low_x, points[i]);
    high_x = std::max(high_x, points[i]);
    low_y = std::min(low_y, points[i + 1]);
    high_y = std::max(high_y, points[i + 1]);
  }
  const double extent = std::max({high_x - low_x, high_y - low_y, 1e-6});
  const int wanted = static_cast<int>(std::clamp(extent / widest_cell, 0.0, double{most_cells}));
  const int cells = quick_number(std::max(fewest_cells, wanted));
  if (plane_ == nullptr || plane_->cells != cells) plane_ = std::make_unique<Plane>(cells);
  plane_->cell = extent / cells;
  plane_->left = low_x;
  plane_->bottom = low_y;
  plane_->place(points);
  plane_->measure_kernel();
  plane_->spread(points);
  plane_->convolve();
  return plane_->collect(points, forces);
}

double exact_cauchy_field(std::span<const double> points, std::span<double> forces) {
  const auto n = static_cast<int64_t>(points.size() / 2);
  std::vector<double> sums(static_cast<size_t>(n));
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; ++i) {
    const auto a = static_cast<size_t>(2 * i);
    double x = 0, y = 0, sum = 0;
    for (size_t b = 0; b < points.size(); b += 2) {
      const double dx = points[a] - points[b], dy = points[a + 1] - points[b + 1];
      const double q = 1 / (1 + dx * dx + dy * dy);
      x += q * q * dx;
      y += q * q * dy;
      sum += q;
    }
    forces[a] = x;
    forces[a + 1] = y;
    sums[static_cast<size_t>(i)] = sum - 1;
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace tsimcne
