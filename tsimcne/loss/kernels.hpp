#pragma once

#include <ATen/core/Tensor.h>

namespace tsimcne {

at::Tensor cauchy_log_similarities(const at::Tensor& z);
at::Tensor gaussian_log_similarities(const at::Tensor& z);
at::Tensor cosine_log_similarities(const at::Tensor& z);

}  // namespace tsimcne
