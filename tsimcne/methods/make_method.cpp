#include <algorithm>
#include <array>

#include "tsimcne/methods/contrastive.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/methods/pca.hpp"
#include "tsimcne/methods/tsne.hpp"

namespace tsimcne {
namespace {

/// The functions that are a method, apart from its entry, so that a program which only tells what
/// methods there are needs no libtorch.
struct Making {
  std::string_view name;
  void (*settle)(Settings& settings);
  std::unique_ptr<Method> (*begin)(const Beginning& beginning);
  std::unique_ptr<Method> (*load)(const std::filesystem::path& checkpoint,
                                  const Beginning& beginning);
  std::unique_ptr<Placing> (*load_placing)(const std::filesystem::path& run,
                                           const Settings& settings, const std::string& device);
};

constexpr std::array<Making, 4> makings = {{
    {"tsimcne", settle_contrastive, begin_contrastive, load_contrastive, load_contrastive_placing},
    {"simclr", settle_contrastive, begin_contrastive, load_contrastive, load_contrastive_placing},
    {"pca", settle_pca, begin_pca, load_pca, load_pca_placing},
    {"tsne", settle_tsne, begin_tsne, load_tsne, load_tsne_placing},
}};

const Making& making_of(const Settings& settings) {
  const std::string name = method_named(settings.text("method")).name;
  return *std::ranges::find(makings, name, &Making::name);
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
