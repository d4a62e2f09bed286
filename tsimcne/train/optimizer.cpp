#include "tsimcne/train/optimizer.hpp"

#include "tsimcne/train/muon.hpp"
#include "tsimcne/train/sgd.hpp"

namespace tsimcne {

std::unique_ptr<Optimizer> make_optimizer(const Recipe& recipe, const Stage& stage,
                                          const NetworkImpl& network) {
  if (stage.method == Method::muon) {
    return std::make_unique<Muon>(network.learning(), recipe.momentum, recipe.weight_decay);
  }
  return std::make_unique<Sgd>(network.learning(), recipe.momentum, recipe.weight_decay,
                               recipe.clip);
}

}  // namespace tsimcne
