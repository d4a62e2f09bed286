#include "tsimcne/train/sums.hpp"

#include <ATen/ATen.h>

namespace tsimcne {

void Sums::add(const ContrastiveLoss& batch, int64_t count, double more) {
  const auto weight = static_cast<double>(count);
  loss += weight * batch.loss.item<double>();
  attraction += weight * batch.attraction.item<double>();
  repulsion += weight * batch.repulsion.item<double>();
  images += count;
  seconds += more;
}

void Sums::put_means_into(EpochRecord& record) const {
  record.seconds = seconds;
  if (images == 0) return;
  const auto seen = static_cast<double>(images);
  record.loss = loss / seen;
  record.attraction = attraction / seen;
  record.repulsion = repulsion / seen;
  record.views_per_second = 2 * seen / seconds;
}

}  // namespace tsimcne
