#include "tsimcne/methods/rows_on.hpp"
#include "tsimcne/methods/tsne.hpp"

namespace tsimcne {

Setting setting_perplexity() {
  return {.name = "perplexity",
          .sentence =
              "How many neighbours count for each point, softly; more shows larger "
              "structure. A third of the points at most",
          .group = "Method",
          .kind = Setting::Kind::number,
          .type = "P",
          .initial = "30",
          .least = 1,
          .most = 10000};
}

std::vector<Setting> tsne_settings() {
  Setting on = setting_on(), perplexity = setting_perplexity();
  on.methods = perplexity.methods = {"tsne"};
  return {on,
          perplexity,
          {.name = "exaggeration",
           .sentence = "Of the attraction after the first 250 of 750 steps; more draws clusters "
                       "together",
           .group = "Method",
           .kind = Setting::Kind::number,
           .type = "E",
           .initial = "1",
           .least = 1,
           .most = 100,
           .methods = {"tsne"}}};
}

}  // namespace tsimcne
