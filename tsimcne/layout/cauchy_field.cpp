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

constexpr int order = 6;  // of the splines, and so the nodes of a point on each axis
constexpr double finest_step =
    0.25;  // between nodes; with 1/3 the forces are three times as far off
constexpr int64_t fewest_nodes = 32;         // on each axis
constexpr int64_t most_nodes = 4000;         // of wider maps they lie further apart
constexpr int64_t nodes_around = order + 2;  // beside the extent
constexpr int64_t tile = 8;  // side in nodes of the tiles that points are sorted into; the order
                             // of the splines at least, so that every second row of them is free
constexpr int64_t points_at_once = 1024;
constexpr int64_t at_once = 8;  // columns of a grid that are transformed together

/// The next even number of nodes from which a transform is quick: one of 2, 3 and 5 alone.
int64_t quick_number(int64_t nodes) {
  for (nodes += nodes % 2;; nodes += 2) {
    int64_t rest = nodes;
    for (const int64_t prime : {2, 3, 5}) {
      while (rest % prime == 0) rest /= prime;
    }
    if (rest == 1) return nodes;
  }
}

/// The cardinal B-splines of the nodes around a point, and their slopes.
struct Splines {
  std::array<double, order> values{}, slopes{};
};

/// `at`: from 0 to 1, of the way between the two middle nodes. By the recursion of Cox and de Boor,
/// whose last round gives the slopes too.
Splines splines_at(double at) {
  Splines splines;
  auto& values = splines.values;
  values[0] = 1 - at;
  values[1] = at;
#pragma GCC unroll 4
  for (size_t k = 3; k <= order; ++k) {
    if (k == order) {
      splines.slopes[0] = -values[0];
      for (size_t i = 1; i < order; ++i) splines.slopes[i] = values[i - 1] - values[i];
    }
    const double share = 1 / static_cast<double>(k - 1);
    values[k - 1] = share * at * values[k - 2];
#pragma GCC unroll 4
    for (size_t i = k - 2; i > 0; --i) {
      const auto node = static_cast<double>(i);
      values[i] = share * ((at + static_cast<double>(k - 1) - node) * values[i - 1] +
                           (1 + node - at) * values[i]);
    }
    values[0] *= share * (1 - at);
  }
  return splines;
}

/// The transform of a spline's values at the nodes; they are even, and so it is real.
double transformed_spline(int64_t frequency, int64_t length) {
  const Splines splines = splines_at(0);  // of the nodes -2 .. 3
  const double angle = 2 * M_PI * static_cast<double>(frequency) / static_cast<double>(length);
  return splines.values[2] + 2 * splines.values[1] * std::cos(angle) +
         2 * splines.values[0] * std::cos(2 * angle);
}

/// Where a point lies on an axis of the grid.
struct Between {
  int64_t first;  // of its nodes
  Splines splines;
};

}  // namespace

/// Potentials on a grid of nodes x nodes, and what it takes to make them. Transforms are of twice
/// as many, the rest empty, so that nothing comes round from the other side.
struct CauchyField::Grid {
  explicit Grid(int64_t count, double distance)
      : nodes(count),
        length(2 * count),
        step(distance),
        values(static_cast<size_t>(nodes * nodes)),
        rows(static_cast<size_t>(nodes * (nodes + 1))) {
    measure_kernel();
  }

  Between between(double along, double middle) const;
  void measure_kernel();
  void sort(std::span<const double> points);
  void spread(std::span<const double> points);
  void spread_tiles(int64_t row, std::span<const double> points);
  void transform_rows(bool inverse);
  void convolve_columns();
  Push at(double x, double y) const;

  int64_t nodes;                      // on each axis
  int64_t length;                     // of a transform
  double step;                        // between nodes
  double middle_x = 0, middle_y = 0;  // of the sources, and where the node in the middle is
  std::vector<double> values;         // [nodes, nodes]: what is spread, then the potential
  std::vector<Complex> rows;          // [nodes, nodes + 1], the transforms of its rows
  std::vector<double> kernel;  // [nodes + 1, nodes + 1]: its transform over those of the splines
  std::vector<int64_t> starts, sorted;  // the points of each tile
};

Between CauchyField::Grid::between(double along, double middle) const {
  const auto half = static_cast<double>(nodes / 2);
  const double at = std::clamp((along - middle) / step + half, order / 2.0,
                               static_cast<double>(nodes) - order / 2.0 - 1);
  const auto node = static_cast<int64_t>(at);
  return {node - order / 2 + 1, splines_at(at - static_cast<double>(node))};
}

/// The kernel between nodes, which is even. What is spread by splines and read by splines is its
/// interpolation, once it is divided by theirs, twice an axis.
void CauchyField::Grid::measure_kernel() {
  const int64_t side = nodes + 1;
  kernel.resize(static_cast<size_t>(side * side));
  std::vector<double> splines(static_cast<size_t>(side));
  for (int64_t k = 0; k < side; ++k) {
    const double once = transformed_spline(k, length);
    splines[static_cast<size_t>(k)] = once * once * static_cast<double>(length);
  }
  for (int64_t r = 0; r < side; ++r) {
    for (int64_t c = 0; c < side; ++c) {
      const double down = static_cast<double>(r) * step, across = static_cast<double>(c) * step;
      kernel[static_cast<size_t>(r * side + c)] = 1 / (1 + down * down + across * across);
    }
  }
  for (int axis = 0; axis < 2; ++axis) {  // rows, then, as the matrix is symmetric, columns
    std::vector<double> turned(kernel.size());
#pragma omp parallel
    {
      Eigen::FFT<double> fft;
      std::vector<Complex> row(static_cast<size_t>(length)), out(row.size());
#pragma omp for schedule(static)
      for (int64_t r = 0; r < side; ++r) {
        for (int64_t c = 0; c < length; ++c) {
          row[static_cast<size_t>(c)] =
              kernel[static_cast<size_t>(r * side + std::min(c, length - c))];
        }
        fft.fwd(out.data(), row.data(), length);
        for (int64_t c = 0; c < side; ++c) {
          turned[static_cast<size_t>(c * side + r)] =
              out[static_cast<size_t>(c)].real() / splines[static_cast<size_t>(c)];
        }
      }
    }
    kernel.swap(turned);
  }
}

/// Sorts the points into tiles, row after row.
void CauchyField::Grid::sort(std::span<const double> points) {
  const auto n = static_cast<int64_t>(points.size() / 2);
  const int64_t tiles = (nodes + tile - 1) / tile;
  std::vector<int32_t> tile_of(static_cast<size_t>(n));
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; ++i) {
    const auto a = static_cast<size_t>(2 * i);
    const auto node = [&](double along, double middle) {
      return static_cast<int64_t>((along - middle) / step + static_cast<double>(nodes / 2)) / tile;
    };
    tile_of[static_cast<size_t>(i)] =
        static_cast<int32_t>(node(points[a + 1], middle_y) * tiles + node(points[a], middle_x));
  }
  starts.assign(static_cast<size_t>(tiles * tiles) + 1, 0);
  for (const int32_t of : tile_of) ++starts[static_cast<size_t>(of) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<int64_t> next(starts.begin(), starts.end() - 1);
  sorted.resize(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    const auto of = static_cast<size_t>(tile_of[static_cast<size_t>(i)]);
    sorted[static_cast<size_t>(next[of]++)] = i;
  }
}

/// Adds the splines of all points up. Two rows of tiles with one between them have no node in
/// common, so that all sums have one order.
void CauchyField::Grid::spread(std::span<const double> points) {
  std::ranges::fill(values, 0);
  const int64_t tiles = (nodes + tile - 1) / tile;
  for (const int64_t first : {0, 1}) {
#pragma omp parallel for schedule(dynamic)
    for (int64_t row = first; row < tiles; row += 2) spread_tiles(row, points);
  }
}

void CauchyField::Grid::spread_tiles(int64_t row, std::span<const double> points) {
  const int64_t tiles = (nodes + tile - 1) / tile;
  const auto last = starts[static_cast<size_t>((row + 1) * tiles)];
  for (int64_t k = starts[static_cast<size_t>(row * tiles)]; k < last; ++k) {
    const auto a = static_cast<size_t>(2 * sorted[static_cast<size_t>(k)]);
    const Between x = between(points[a], middle_x), y = between(points[a + 1], middle_y);
    for (size_t i = 0; i < order; ++i) {
      double* const line = values.data() + (y.first + static_cast<int64_t>(i)) * nodes + x.first;
      for (size_t j = 0; j < order; ++j) line[j] += y.splines.values[i] * x.splines.values[j];
    }
  }
}

/// Transforms the grid's rows, or makes the rows of their transforms. Two real rows are one of
/// complex numbers z, whose transforms are the even and the odd part of z's.
void CauchyField::Grid::transform_rows(bool inverse) {
  const int64_t pairs = nodes / 2;
#pragma omp parallel
  {
    Eigen::FFT<double> fft;
    fft.SetFlag(Eigen::FFT<double>::Unscaled);
    std::vector<Complex> in(static_cast<size_t>(length)), out(in.size());
#pragma omp for schedule(static)
    for (int64_t pair = 0; pair < pairs; ++pair) {
      double* const a = values.data() + 2 * pair * nodes;
      double* const b = a + nodes;
      Complex* const of_a = rows.data() + 2 * pair * (nodes + 1);
      Complex* const of_b = of_a + nodes + 1;
      if (inverse) {
        for (int64_t k = 0; k <= nodes; ++k) {
          const Complex i_b(-of_b[k].imag(), of_b[k].real());
          in[static_cast<size_t>(k)] = of_a[k] + i_b;
          if (k > 0) in[static_cast<size_t>(length - k)] = std::conj(of_a[k] - i_b);
        }
        fft.inv(out.data(), in.data(), length);
        for (int64_t c = 0; c < nodes; ++c) {
          a[c] = out[static_cast<size_t>(c)].real();
          b[c] = out[static_cast<size_t>(c)].imag();
        }
      } else {
        for (int64_t c = 0; c < nodes; ++c) in[static_cast<size_t>(c)] = {a[c], b[c]};
        std::fill(in.begin() + nodes, in.end(), Complex());
        fft.fwd(out.data(), in.data(), length);
        for (int64_t k = 0; k <= nodes; ++k) {
          const Complex z = out[static_cast<size_t>(k)];
          const Complex w = std::conj(out[static_cast<size_t>((length - k) % length)]);
          of_a[k] = (z + w) / 2.0;
          of_b[k] = Complex((z - w).imag(), (w - z).real()) / 2.0;
        }
      }
    }
  }
}

/// Transforms columns of the rows' transforms, multiplies by the kernel's, and back. Some columns
/// at a time, since those of a row lie beside each other.
void CauchyField::Grid::convolve_columns() {
  const int64_t side = nodes + 1;
#pragma omp parallel
  {
    Eigen::FFT<double> fft;
    fft.SetFlag(Eigen::FFT<double>::Unscaled);
    std::vector<Complex> columns(static_cast<size_t>(at_once * length)),
        column(static_cast<size_t>(length));
#pragma omp for schedule(dynamic)
    for (int64_t first = 0; first < side; first += at_once) {
      const int64_t count = std::min(at_once, side - first);
      for (int64_t r = 0; r < nodes; ++r) {
        for (int64_t c = 0; c < count; ++c) {
          columns[static_cast<size_t>(c * length + r)] =
              rows[static_cast<size_t>(r * side + first + c)];
        }
      }
      for (int64_t c = 0; c < count; ++c) {
        Complex* const own = columns.data() + c * length;
        std::fill(own + nodes, own + length, Complex());
        fft.fwd(column.data(), own, length);
        const double* const factors = kernel.data() + (first + c) * side;
        for (int64_t k = 0; k < length; ++k) {
          column[static_cast<size_t>(k)] *= factors[std::min(k, length - k)];
        }
        fft.inv(own, column.data(), length);
      }
      for (int64_t r = 0; r < nodes; ++r) {
        for (int64_t c = 0; c < count; ++c) {
          rows[static_cast<size_t>(r * side + first + c)] =
              columns[static_cast<size_t>(c * length + r)];
        }
      }
    }
  }
}

CauchyField::Push CauchyField::Grid::at(double x, double y) const {
  const Between across = between(x, middle_x), down = between(y, middle_y);
  Push push;
  for (size_t i = 0; i < order; ++i) {
    const double* const line =
        values.data() + (down.first + static_cast<int64_t>(i)) * nodes + across.first;
    double sum = 0, slope = 0;
    for (size_t j = 0; j < order; ++j) {
      sum += across.splines.values[j] * line[j];
      slope += across.splines.slopes[j] * line[j];
    }
    push.sum += down.splines.values[i] * sum;
    push.x += down.splines.values[i] * slope;
    push.y += down.splines.slopes[i] * sum;
  }
  push.x *= -0.5 / step;
  push.y *= -0.5 / step;
  return push;
}

CauchyField::CauchyField() = default;
CauchyField::~CauchyField() = default;
CauchyField::CauchyField(CauchyField&&) noexcept = default;

void CauchyField::set_sources(std::span<const double> points) {
  double low_x = points[0], high_x = low_x, low_y = points[1], high_y = low_y;
  for (size_t i = 0; i < points.size(); i += 2) {
    low_x = std::min(low_x, points[i]);
    high_x = std::max(high_x, points[i]);
    low_y = std::min(low_y, points[i + 1]);
    high_y = std::max(high_y, points[i + 1]);
  }
  const double extent = std::max(high_x - low_x, high_y - low_y);
  const double step =
      std::max(finest_step, extent / static_cast<double>(most_nodes - nodes_around));
  const int64_t nodes = quick_number(
      std::max(fewest_nodes, static_cast<int64_t>(std::ceil(extent / step)) + nodes_around));
  if (grid_ == nullptr || grid_->nodes != nodes || grid_->step != step) {
    grid_ = std::make_unique<Grid>(nodes, step);
  }
  grid_->middle_x = (low_x + high_x) / 2;
  grid_->middle_y = (low_y + high_y) / 2;
  grid_->sort(points);
  grid_->spread(points);
  grid_->transform_rows(/*inverse=*/false);
  grid_->convolve_columns();
  grid_->transform_rows(/*inverse=*/true);
}

CauchyField::Push CauchyField::at(double x, double y) const {
  return grid_->at(x, y);
}

double CauchyField::operator()(std::span<const double> points, std::span<double> forces) {
  set_sources(points);
  const auto n = static_cast<int64_t>(points.size() / 2);
  const int64_t blocks = (n + points_at_once - 1) / points_at_once;
  std::vector<double> sums(static_cast<size_t>(blocks));
#pragma omp parallel for schedule(dynamic)
  for (int64_t block = 0; block < blocks; ++block) {
    for (int64_t k = block * points_at_once; k < std::min(n, (block + 1) * points_at_once); ++k) {
      const auto a = static_cast<size_t>(2 * grid_->sorted[static_cast<size_t>(k)]);
      const Push push = grid_->at(points[a], points[a + 1]);
      forces[a] = push.x;
      forces[a + 1] = push.y;
      sums[static_cast<size_t>(block)] += push.sum - 1;  // but its own
    }
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
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
