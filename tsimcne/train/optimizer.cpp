#include "tsimcne/train/optimizer.hpp"

#include "tsimcne/train/adam.hpp"
#include "tsimcne/train/muon.hpp"
#include "tsimcne/train/sgd.hpp"

namespace tsimcne {

std::unique_ptr<Optimizer> make_optimizer(const Recipe& recipe, const Stage& stage,
                                          const NamedTensors& learning) {
  switch (stage.optimizer) {
    case OptimizerName::sgd:
      return std::make_unique<Sgd>(learning, recipe.momentum, recipe.weight_decay, recipe.clip);
    case OptimizerName::adam:
      return std::make_unique<Adam>(learning, recipe.weight_decay);
    case OptimizerName::muon:
      return std::make_unique<Muon>(learning, recipe.momentum, recipe.weight_decay);
  }
  return nullptr;
}

}  // namespace tsimcne
