#include <fmt/ranges.h>

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

void require_for_method(const Setting& setting, const std::string& method) {
  const auto& all = setting.methods;
  if (all.empty() || std::ranges::find(all, method) != all.end()) return;
  fail("--{} is of the method{} {}, not of {}; leave it out", setting.name,
       all.size() == 1 ? "" : "s", fmt::join(all, " and "), method);
}

}  // namespace

void settle(Settings& settings) {
  for (const Setting& setting : settings.declared()) {
    if (!settings.has(setting.name)) continue;
    require_for_method(setting, settings.text("method"));
  }
  make_paths_absolute(settings);
  if (settings.has("labels") && !fs::is_regular_file(settings.path("labels"))) {
    fail("--labels {} is not there; expected a table of labels", settings.text("labels"));
  }
  settings.set("cores", int64_t{use_threads(static_cast<int>(settings.whole("threads")))});
  settle_method(settings);
}

}  // namespace tsimcne
