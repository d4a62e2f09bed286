#include <fmt/ranges.h>

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/methods/contrastive.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/methods/parametric.hpp"
#include "tsimcne/methods/pca.hpp"
#include "tsimcne/methods/tsne.hpp"
#include "tsimcne/methods/umap.hpp"

namespace tsimcne {

const std::vector<MethodEntry>& methods() {
  static const std::vector<MethodEntry> entries = {
      {.name = "tsimcne",
       .sentence = "A network learns to put two views of an image near each other on the map "
                   "(t-SimCNE)",
       .when = "to see what is in a collection: clusters, odd ones, what is like what",
       .cost = "minutes, and the more the better: --budget",
       .takes_rows = false,
       .learns = true,
       .settings = contrastive_settings},
      {.name = "simclr",
       .sentence = "The same in 128 dimensions with SimCLR's cosine; the map is their principal "
                   "components",
       .when = "for features that another method or program goes on from",
       .cost = "hours, best on a GPU",
       .takes_rows = false,
       .learns = true,
       .settings = contrastive_settings},
      {.name = "pretrained",
       .sentence = "The features of a network that is given, as they are; the map is their "
                   "principal components",
       .when = "to look at a collection by what a network learned elsewhere, and to compare with",
       .cost = "a pass over the images",
       .takes_rows = false,
       .learns = false,
       .settings = contrastive_settings},
      {.name = "pca",
       .sentence = "Principal components: the directions in which pixels, features or numbers vary "
                   "most",
       .when = "for a first look, and to compare with",
       .cost = "seconds",
       .takes_rows = true,
       .learns = false,
       .settings = pca_settings},
      {.name = "tsne",
       .sentence = "t-SNE: free points, each near those that are like it in pixels, features or "
                   "numbers",
       .when = "to see the finest neighbourhoods of numbers that are good already, as of --on RUN",
       .cost = "less than a minute for 70,000",
       .takes_rows = true,
       .learns = false,
       .settings = tsne_settings},
      {.name = "umap",
       .sentence = "UMAP: free points, drawn together along the edges of a graph of neighbours",
       .when = "to see the same as groups that stand apart, sooner, and to place new ones",
       .cost = "seconds for thousands, ten for 70,000",
       .takes_rows = true,
       .learns = false,
       .settings = umap_settings},
      {.name = "ptsne",
       .sentence = "Parametric t-SNE: a network learns where rows go, by t-SNE's affinities",
       .when = "for a map like tsne's that places what comes later, or of more rows than it can",
       .cost = "some minutes for 70,000, or --budget",
       .takes_rows = true,
       .learns = true,
       .settings = ptsne_settings},
      {.name = "pumap",
       .sentence = "Parametric UMAP: the same network by UMAP's loss, from nearest neighbours",
       .when = "for clusters that stand apart, on a map that places what comes later",
       .cost = "some minutes for 70,000, or --budget",
       .takes_rows = true,
       .learns = true,
       .settings = pumap_settings},
  };
  return entries;
}

const MethodEntry& method_named(std::string_view name) {
  const auto found = std::ranges::find(methods(), name, &MethodEntry::name);
  if (found != methods().end()) return *found;
  std::vector<std::string> names;
  for (const MethodEntry& method : methods()) names.push_back(method.name);
  fail("there is no method \"{}\"; there are {}", name, fmt::join(names, ", "));
}

std::string names_of_row_methods() {
  std::vector<std::string> names;
  for (const MethodEntry& method : methods()) {
    if (method.takes_rows) names.push_back(method.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace tsimcne
