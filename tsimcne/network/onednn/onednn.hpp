#pragma once

// What differs between oneDNN 2 and 3: a pass is described in one step now, and was in two.

#include <oneapi/dnnl/dnnl.hpp>

namespace tsimcne {

/// The tensors of a convolution; no bias where that is a description of nothing.
struct ConvolutionTensors {
  dnnl::memory::desc x, weight, bias, y;
  dnnl::memory::dims strides, padding;
};

using ForwardPass = dnnl::convolution_forward::primitive_desc;
using DataPass = dnnl::convolution_backward_data::primitive_desc;
using WeightsPass = dnnl::convolution_backward_weights::primitive_desc;

#if DNNL_VERSION_MAJOR >= 3

inline void append_relu(dnnl::post_ops& finish) {
  finish.append_eltwise(dnnl::algorithm::eltwise_relu, 0, 0);
}

inline ForwardPass forward_pass(const dnnl::engine& engine, dnnl::prop_kind kind,
                                dnnl::algorithm algorithm, const ConvolutionTensors& t,
                                const dnnl::primitive_attr& attributes = {}) {
  return {engine, kind,      algorithm, t.x,       t.weight,  t.bias,
          t.y,    t.strides, t.padding, t.padding, attributes};
}

inline DataPass data_pass(const dnnl::engine& engine, dnnl::algorithm algorithm,
                          const ConvolutionTensors& t, const ForwardPass& hint) {
  return {engine, algorithm, t.x, t.weight, t.y, t.strides, t.padding, t.padding, hint};
}

inline WeightsPass weights_pass(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                const ConvolutionTensors& t, const ForwardPass& hint) {
  return {engine, algorithm, t.x, t.weight, t.y, t.strides, t.padding, t.padding, hint};
}

#else

inline void append_relu(dnnl::post_ops& finish) {
  finish.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
}

inline ForwardPass forward_pass(const dnnl::engine& engine, dnnl::prop_kind kind,
                                dnnl::algorithm algorithm, const ConvolutionTensors& t,
                                const dnnl::primitive_attr& attributes = {}) {
  return {{kind, algorithm, t.x, t.weight, t.bias, t.y, t.strides, t.padding, t.padding},
          attributes,
          engine};
}

inline DataPass data_pass(const dnnl::engine& engine, dnnl::algorithm algorithm,
                          const ConvolutionTensors& t, const ForwardPass& hint) {
  return {{algorithm, t.x, t.weight, t.y, t.strides, t.padding, t.padding}, engine, hint};
}

inline WeightsPass weights_pass(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                const ConvolutionTensors& t, const ForwardPass& hint) {
  return {{algorithm, t.x, t.weight, t.y, t.strides, t.padding, t.padding}, engine, hint};
}

#endif

}  // namespace tsimcne
