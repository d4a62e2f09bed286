#include "tsimcne/methods/parametric.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {
namespace {

/// Those of both, with one of its own first.
std::vector<Setting> with_common(Setting own) {
  using Kind = Setting::Kind;
  std::vector<Setting> settings = {
      setting_on(),
      std::move(own),
      {.name = "budget",
       .sentence = "Time for the whole job, as in 90s, 20m or 2h, which the epochs fill",
       .group = "Method",
       .kind = Kind::time,
       .type = "TIME"},
      {.name = "epochs",
       .sentence =
           "Epochs, instead of a budget; more make a better map [100; of few rows as many as "
           "make 3,000 steps]",
       .group = "Method",
       .kind = Kind::numbers,
       .type = "N,.."},
      {.name = "device",
       .sentence = "Where to compute; auto: a GPU where there is one",
       .group = "Run",
       .type = "auto|cpu|cuda",
       .initial = "auto",
       .choices = {"auto", "cpu", "cuda"}}};
  const std::vector<std::string> methods = settings[1].methods;
  for (Setting& setting : settings) setting.methods = methods;
  return settings;
}

}  // namespace

std::vector<Setting> ptsne_settings() {
  return with_common({.name = "perplexity",
                      .sentence = "How many neighbours count for each point, softly; more shows "
                                  "larger structure. A third of the points at most",
                      .group = "Method",
                      .kind = Setting::Kind::number,
                      .type = "P",
                      .initial = "30",
                      .least = 1,
                      .most = 10000,
                      .methods = {"ptsne"}});
}

std::vector<Setting> pumap_settings() {
  return with_common({.name = "neighbors",
                      .sentence =
                          "How many points each is joined to, itself among them; more shows "
                          "larger structure. All points at most",
                      .group = "Method",
                      .kind = Setting::Kind::whole,
                      .type = "K",
                      .initial = "15",
                      .least = 2,
                      .most = 10000,
                      .methods = {"pumap"}});
}

}  // namespace tsimcne
