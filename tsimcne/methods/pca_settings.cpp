#include "tsimcne/methods/pca.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

std::vector<Setting> pca_settings() {
  Setting on = setting_on();
  on.methods = {"pca"};
  return {on,
          {.name = "out-dim",
           .sentence = "Dimensions of the map [2]",
           .group = "Method",
           .kind = Setting::Kind::whole,
           .type = "2|3",
           .least = 2,
           .most = 3,
           .methods = {"pca"}}};
}

}  // namespace tsimcne
