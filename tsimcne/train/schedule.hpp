#pragma once

namespace tsimcne {

/// The learning rate of epoch t (from 0) of `epochs`: a linear warm-up whose first epoch has rate
/// 0 and whose last has `rate`, then half a cosine down towards 0 (SGDR without restarts;
/// Loshchilov, Hutter, ICLR 2017). A warm-up of fewer than two epochs is none.
double learning_rate_at(int epoch, int epochs, int warm_up, double rate);

/// The learning rate after a share of a stage, 0 .. 1, as a factor: up from 0 to 1 in the first
/// tenth and down to 0 along half a cosine (the one-cycle policy of Smith, Topin 2017).
double one_cycle(double share);

/// How many output dimensions are in use in epoch t (from 0) of `epochs` where they go down from
/// `from` to `to` along half a cosine.
int dimensions_at(int epoch, int epochs, int from, int to);

}  // namespace tsimcne
