#include "tsimcne/methods/free_points.hpp"

#include <algorithm>
#include <array>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr int64_t most_components = 50;

}  // namespace

CompactRows compact_rows(const RowSource& rows) {
  CompactRows compact{principal_axes(rows, std::min(rows.cols, most_components)), {}};
  compact.rows = project(compact.axes, rows);
  return compact;
}

Matrix first_two(const CompactRows& compact) {
  const Matrix& rows = compact.rows;
  Matrix start(rows.rows, 2);
  for (int64_t i = 0; i < rows.rows; ++i) {
    std::copy_n(rows.row(i).begin(), std::min<int64_t>(2, rows.cols), start.row(i).begin());
  }
  return start;
}

void write_free_points(const fs::path& model, const char* method, const Input& input,
                       const CompactRows& compact, MatrixView points) {
  const std::array<NamedMatrix, 2> matrices{{{"rows", compact.rows}, {"points", points}}};
  write_row_function(model, method, input, compact.axes, matrices);
}

std::unique_ptr<Placing> load_free_points(const fs::path& run, const Settings& settings,
                                          const std::string& device, int64_t neighbors,
                                          PlaceBeside place) {
  const RowFunction function = RowFunction::read(run);
  Matrix rows = function.matrix("rows"), points = function.matrix("points");
  PrincipalAxes axes = function.axes();
  if (rows.rows != points.rows || rows.cols != axes.directions.rows || rows.empty() ||
      points.cols != 2) {
    fail("the rows, points and axes in the model of {} do not fit together; it is damaged",
         run.string());
  }
  const auto place_rows = [axes = std::move(axes), rows = std::move(rows),
                           points = std::move(points), neighbors,
                           place = std::move(place)](const RowSource& source) {
    const Matrix compact = project(axes, source);
    return place(find_neighbors(compact, rows, std::min(neighbors, rows.rows)), points);
  };
  return placing_of_rows(place_rows, function.side(), settings, device);
}

}  // namespace tsimcne
