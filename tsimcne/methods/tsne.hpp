#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tsimcne/methods/method.hpp"

namespace tsimcne {

// t-SNE (van der Maaten and Hinton 2008) of pixels, of a run's features or of rows of numbers: free
// points, and no function that could place others.

/// Its settings.
std::vector<Setting> tsne_settings();

/// As settle_method(), begin_method(), load_method() and load_placing() do.
void settle_tsne(Settings& settings);
std::unique_ptr<Method> begin_tsne(const Beginning& beginning);
std::unique_ptr<Method> load_tsne(const std::filesystem::path& checkpoint,
                                  const Beginning& beginning);
std::unique_ptr<Placing> load_tsne_placing(const std::filesystem::path& run,
                                           const Settings& settings, const std::string& device);

}  // namespace tsimcne
