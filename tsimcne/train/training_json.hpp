#pragma once

#include <nlohmann/json.hpp>

#include "tsimcne/train/sums.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

// What checkpoints say of a training, in JSON.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EpochRecord, stage, epoch, loss, attraction, repulsion,
                                   learning_rate, dimensions, views_per_second, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Sums, loss, attraction, repulsion, images, seconds)

}  // namespace tsimcne
