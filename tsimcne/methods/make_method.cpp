#include <algorithm>
#include <array>

#include "tsimcne/methods/contrastive.hpp"
#include "tsimcne/methods/making.hpp"
#include "tsimcne/methods/parametric.hpp"
#include "tsimcne/methods/pca.hpp"
#include "tsimcne/methods/tsne.hpp"
#include "tsimcne/methods/umap.hpp"

namespace tsimcne {
namespace {

struct NamedMaking {
  std::string_view name;
  const Making* making;
};

constexpr std::array<NamedMaking, 8> makings = {{{"tsimcne", &contrastive_making},
                                                 {"simclr", &contrastive_making},
                                                 {"pretrained", &contrastive_making},
                                                 {"pca", &pca_making},
                                                 {"tsne", &tsne_making},
                                                 {"umap", &umap_making},
                                                 {"ptsne", &parametric_making},
                                                 {"pumap", &parametric_making}}};

const Making& making_of(const Settings& settings) {
  const std::string name = method_named(settings.text("method")).name;
  return *std::ranges::find(makings, name, &NamedMaking::name)->making;
}

}  // namespace

void settle_method(Settings& settings) {
  making_of(settings).settle(settings);
}

std::unique_ptr<Method> begin_method(const Beginning& beginning) {
  return making_of(beginning.settings).begin(beginning);
}

std::unique_ptr<Method> load_method(const std::filesystem::path& checkpoint,
                                    const Beginning& beginning) {
  return making_of(beginning.settings).load(checkpoint, beginning);
}

std::unique_ptr<Placing> load_placing(const std::filesystem::path& run, const Settings& settings,
                                      const std::string& device) {
  return making_of(settings).load_placing(run, settings, device);
}

}  // namespace tsimcne
