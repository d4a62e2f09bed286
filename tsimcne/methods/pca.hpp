#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tsimcne/methods/method.hpp"

namespace tsimcne {

// Principal components of pixels, of a run's features or of rows of numbers: a map without a
// network, in seconds.

/// Its settings.
std::vector<Setting> pca_settings();

/// As settle_method(), begin_method(), load_method() and load_placing() do.
void settle_pca(Settings& settings);
std::unique_ptr<Method> begin_pca(const Beginning& beginning);
std::unique_ptr<Method> load_pca(const std::filesystem::path& checkpoint,
                                 const Beginning& beginning);
std::unique_ptr<Placing> load_pca_placing(const std::filesystem::path& run,
                                          const Settings& settings, const std::string& device);

}  // namespace tsimcne
