#include "tsimcne/methods/rows_on.hpp"
#include "tsimcne/methods/umap.hpp"

namespace tsimcne {

Setting setting_neighbors() {
  return {.name = "neighbors",
          .sentence =
              "How many points each is joined to, itself among them; more shows larger "
              "structure. All points at most",
          .group = "Method",
          .kind = Setting::Kind::whole,
          .type = "K",
          .initial = "15",
          .least = 2,
          .most = 10000};
}

std::vector<Setting> umap_settings() {
  Setting on = setting_on(), neighbors = setting_neighbors();
  on.methods = neighbors.methods = {"umap"};
  return {on,
          neighbors,
          {.name = "min-dist",
           .sentence = "How far joined points stay apart on the map, where its spread is 1; less "
                       "draws clusters together",
           .group = "Method",
           .kind = Setting::Kind::number,
           .type = "D",
           .initial = "0.1",
           .least = 0,
           .most = 1,
           .methods = {"umap"}}};
}

}  // namespace tsimcne
