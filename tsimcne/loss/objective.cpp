#include "tsimcne/loss/objective.hpp"

#include <array>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Family = Objective::Family;

constexpr std::array known_objectives = {
    Objective{"infonce", Family::infonce},
    Objective{"negative-sampling", Family::negative_sampling, 5},
};

}  // namespace

const Objective& objective_named(std::string_view name) {
  for (const Objective& objective : known_objectives) {
    if (objective.name == name) return objective;
  }
  fail("there is no objective \"{}\"; there are {} and {}", name, known_objectives[0].name,
       known_objectives[1].name);
}

}  // namespace tsimcne
