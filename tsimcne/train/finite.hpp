#pragma once

#include <torch/torch.h>

namespace tsimcne {

/// Whether a tensor of floating point, on any device, holds no infinity and no NaN.
bool all_finite(const torch::Tensor& tensor);

}  // namespace tsimcne
