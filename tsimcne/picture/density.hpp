#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/projection.hpp"
#include "tsimcne/picture/scene.hpp"

namespace tsimcne {

/// Square cells over a map's plane. Values on a grid stand row after row, the lowest row first.
struct Grid {
  double left = 0, bottom = 0;  // of the first cell, in the map's unit
  double cell = 1;              // a side
  int columns = 0, rows = 0;
  double bandwidth = 1;  // of the densities on it: the kernel's standard deviation

  size_t size() const { return static_cast<size_t>(columns) * static_cast<size_t>(rows); }
  size_t cell_at(int column, int row) const {
    return static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column);
  }
  size_t cell_of(const Place& place) const;
  Place middle_of(size_t cell) const;
};

/// A grid over all places with room for the kernel around them, whose bandwidth is the smaller the
/// more places there are.
Grid grid_over(std::span<const Place> places);

/// The Gaussian kernel density estimate in each cell, in places a square unit.
std::vector<double> density_of(const Grid& grid, std::span<const Place> places);

/// A cell that is denser than those around it.
struct Peak {
  size_t cell = 0;
  double height = 0;      // its density
  double prominence = 0;  // how far one has to go down on the way to a higher one
};

/// The peaks that stand out from a density's noise, the most prominent first; at least one where
/// there is any density.
std::vector<Peak> find_peaks(const Grid& grid, std::span<const double> density);

/// The places of each class that is shown, in the order of its labels.
std::vector<std::vector<Place>> places_by_class(const Scene& scene);

/// How far points stay from the edges of a room so that the density around them is in it.
double density_inset(const Grid& grid, const Box& room);

/// Draws the density of all points in shades of blue, an outline around the densest half of each
/// class, the classes' names at their peaks, and at the lower right corner of `foot` what the
/// darkest shade means.
void draw_density(Page& page, const Scene& scene, const Grid& grid, const Box& foot);

}  // namespace tsimcne
