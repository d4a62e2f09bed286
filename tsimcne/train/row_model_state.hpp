#pragma once

#include <torch/torch.h>

#include "tsimcne/layout/pca.hpp"
#include "tsimcne/network/projection_head.hpp"
#include "tsimcne/train/row_model.hpp"

namespace tsimcne {

/// The insides of a RowModel: the axes along which it looks at a row, by what it multiplies what it
/// sees, and the head that places that.
struct RowModel::State {
  Recipe recipe;
  PrincipalAxes axes;
  double scale = 1;
  ProjectionHead head{nullptr};
  torch::Device device = torch::kCPU;
};

/// A head of the recipe's shape on rows of `cols` numbers, with random weights by the seed, those
/// of the last layer from N(0, 1), as the last layer of a stage that makes a map has them.
ProjectionHead make_head(const Recipe& recipe, int64_t cols, uint64_t seed, torch::Device device);

/// A head of its own with the shape and the numbers of `head`.
ProjectionHead copy_of(const ProjectionHead& head, const Recipe& recipe, torch::Device device);

}  // namespace tsimcne
