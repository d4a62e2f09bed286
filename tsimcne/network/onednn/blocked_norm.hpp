#pragma once

#include <cstdint>

namespace tsimcne {

/// One image in the blocked layout: blocks x positions x block floats; channel c is lane c % block
/// of block c / block.
struct BlockedShape {
  int64_t blocks;
  int64_t positions;
  int block;  // 8 or 16

  int64_t channels() const { return blocks * block; }
  int64_t values() const { return channels() * positions; }
};

// What batch norm, the residual and ReLU do to one image, vectorised over channels. A pointer a
// channel: means, sums, factors. Sources: Ioffe, Szegedy, ICML 2015, section 3.

/// means[c] over the positions, and squares[c], the sum of squared differences from that mean.
void measure_image(const BlockedShape& shape, const float* y, float* means, float* squares);

/// out = y * scale + shift (+ residual where there is one), then ReLU if `relu`.
void normalise_image(const BlockedShape& shape, const float* y, const float* scale,
                     const float* shift, const float* residual, bool relu, float* out);

/// What goes back through a ReLU: where the output was not positive, nothing.
enum class Gate {
  none,    // there was no ReLU
  output,  // the layer's output is at hand
  input    // it is y * scale + shift > 0
};

/// d = gradient, gated; written to `gated` where that is not null. Then sums[c] of d and
/// products[c] of d * (y - mean). `output` is read for Gate::output alone.
void sum_gradients_of_image(const BlockedShape& shape, const float* gradient, Gate gate,
                            const float* output, const float* y, const float* scale,
                            const float* shift, const float* mean, float* gated, float* sums,
                            float* products);

/// gradient_y = of_gradient * d + of_y * y + constant, a factor a channel; d = gradient, gated by
/// Gate::none or Gate::input.
void differentiate_image(const BlockedShape& shape, const float* gradient, Gate gate,
                         const float* y, const float* scale, const float* shift,
                         const float* of_gradient, const float* of_y, const float* constant,
                         float* gradient_y);

/// An image's positions, and every stride-th of them in height and width.
struct Thinning {
  int64_t height, width, stride;

  int64_t thin_height() const { return (height - 1) / stride + 1; }
  int64_t thin_width() const { return (width - 1) / stride + 1; }
};

/// thin = the image x at the positions of the thinning; and the way back, x += thin there.
void thin_out_image(int64_t blocks, int block, const Thinning& thinning, const float* x,
                    float* thin);
void add_thin_image(int64_t blocks, int block, const Thinning& thinning, const float* thin,
                    float* x);

}  // namespace tsimcne
