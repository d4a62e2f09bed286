#pragma once

#include "tsimcne/views/planes.hpp"

namespace tsimcne {

/// An image whose rows are made when they are asked for, so that none need be kept.
class Rows {
 public:
  Rows(int height, int width) : height_(height), width_(width) {}
  virtual ~Rows() = default;

  int height() const { return height_; }
  int width() const { return width_; }
  /// Row y into the first width() values of each plane of `row`, one row that is longer than that
  /// by `slack` at least; the values beyond are any finite ones.
  virtual void make(int y, const Planes& row) const = 0;

  static constexpr int slack = 16;  // a vector, where vectors are longest

 private:
  int height_, width_;
};

}  // namespace tsimcne
