#include "tsimcne/methods/parametric.hpp"
#include "tsimcne/methods/rows_on.hpp"
#include "tsimcne/methods/tsne.hpp"
#include "tsimcne/methods/umap.hpp"

namespace tsimcne {
namespace {

/// Those of both, and the one that says how far a point looks.
std::vector<Setting> settings_of(const char* method, Setting own) {
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
  for (Setting& setting : settings) setting.methods = {method};
  return settings;
}

}  // namespace

std::vector<Setting> ptsne_settings() {
  return settings_of("ptsne", setting_perplexity());
}

std::vector<Setting> pumap_settings() {
  return settings_of("pumap", setting_neighbors());
}

}  // namespace tsimcne
