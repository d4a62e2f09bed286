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
    const fs::path path = setting.kind == Setting::Kind::path ? settings.path(setting.name) : "";
    const bool is_name = setting.name == "input" && !fs::exists(path);  // of a known collection
    if (path.empty() || is_name) continue;
    settings.set(setting.name, fs::absolute(path).lexically_normal().string());
  }
  if (settings.has("labels") && !fs::is_regular_file(settings.path("labels"))) {
    fail("--labels {} is not there; expected a table of labels", settings.text("labels"));
  }
  settings.set("threads", int64_t{use_threads(static_cast<int>(settings.whole("threads")))});
  settle_method(settings);
}

}  // namespace tsimcne
