#include "tsimcne/run/run_settings.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "tsimcne/error.hpp"
#include "tsimcne/files/absolute_place.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/config_format.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

using Kind = Setting::Kind;

constexpr int least_image_size = 8, most_image_size = 1024;
constexpr int64_t most_config_bytes = int64_t{1} << 24;

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const MethodEntry& method : methods()) names.push_back(method.name);
  return names;
}

/// Those of every method.
std::vector<Setting> own_settings() {
  return {
      {.name = "input",
       .sentence = fmt::format("Images: {}; several at once are a folder that holds them; for "
                               "methods that take them, rows of "
                               "numbers (.npy, .npz, .csv)",
                               names_of_input_forms()),
       .kind = Kind::paths,
       .type = "INPUT"},
      {.name = "seed",
       .sentence = "Same seed, same map",
       .group = "Run",
       .kind = Kind::whole,
       .type = "N",
       .initial = "0",
       .most = 9e18},
      {.name = "threads",
       .sentence = "Processor cores to use [all]",
       .group = "Run",
       .kind = Kind::whole,
       .type = "N",
       .least = 1,
       .most = 1024},
      {.name = "cores",
       .sentence = "Processor cores that it was made on, on which the map's last digits depend",
       .kind = Kind::whole,
       .least = 1},
      {.name = "labels",
       .sentence = "A table of labels (path or name, label) instead of those in INPUT",
       .group = "Images",
       .kind = Kind::path,
       .type = "FILE.csv"},
      {.name = "limit",
       .sentence = "Use this many images, chosen at random [all]",
       .group = "Images",
       .kind = Kind::whole,
       .type = "N",
       .least = 1},
      {.name = "image-size",
       .sentence = "Side of the square images in pixels; more shows finer things and takes its "
                   "square in time [their own up to 96, else 64]",
       .group = "Images",
       .kind = Kind::whole,
       .type = "S",
       .least = least_image_size,
       .most = most_image_size},
      {.name = "fit",
       .sentence = "How other shapes become squares: cut the centre out, or pad",
       .group = "Images",
       .type = "crop|pad",
       .initial = "crop",
       .choices = {"crop", "pad"}},
      {.name = "method",
       .sentence = "How the map is made; tsimcne methods tells of each",
       .group = "Method",
       .type = fmt::format("{}", fmt::join(method_names(), "|")),
       .initial = "tsimcne",
       .choices = method_names()},
  };
}

/// Of two methods' settings of one name, one that is for both.
void add(std::vector<Setting>& all, const Setting& setting) {
  const auto same = std::ranges::find(all, setting.name, &Setting::name);
  if (same == all.end()) return all.push_back(setting);
  for (const std::string& method : setting.methods) {
    if (std::ranges::find(same->methods, method) == same->methods.end()) {
      same->methods.push_back(method);
    }
  }
}

}  // namespace

const std::vector<Setting>& settings_of_runs() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> settings = own_settings();
    for (const MethodEntry& method : methods()) {
      for (const Setting& setting : method.settings()) add(settings, setting);
    }
    return settings;
  }();
  return all;
}

Settings run_settings() {
  return Settings(settings_of_runs());
}

void make_paths_absolute(Settings& settings) {
  const auto absolute = [](const fs::path& path) {
    return is_data_set_name(path) ? path.string() : absolute_place(path).string();
  };
  for (const Setting& setting : settings.declared()) {
    if (!settings.has(setting.name)) continue;
    if (setting.kind == Kind::path) {
      settings.set(setting.name, absolute(settings.path(setting.name)));
    } else if (setting.kind == Kind::paths) {
      std::vector<std::string> paths;
      for (const fs::path& path : settings.paths(setting.name)) {
        paths.push_back(absolute(path));
      }
      settings.set(setting.name, std::move(paths));
    }
  }
}

bool takes_rows(const Settings& settings) {
  const std::vector<fs::path> inputs = settings.paths("input");
  return inputs.size() == 1 && is_number_rows(inputs.front());
}

ImageOptions image_options_of(const Settings& settings) {
  ImageOptions images;
  images.size = static_cast<int>(settings.whole("image-size"));
  images.fit = fit_of(settings);
  images.labels = settings.path("labels");
  images.limit = settings.whole("limit");
  images.seed = static_cast<uint64_t>(settings.whole("seed"));
  return images;
}

std::string config_of(const Settings& settings) {
  std::string text = fmt::format(
      "# tsimcne {}, libtorch {}\n# Replay this run: tsimcne fit --config THIS_FILE -o "
      "RUN\n[fit]\n",
      TSIMCNE_VERSION, TSIMCNE_LIBTORCH_VERSION);
  for (const auto& [name, value] : settings.entries(settings.text("method"))) {
    text += fmt::format("{}={}\n", name, value);
  }
  return text;
}

Settings settings_of(std::string_view config) {
  std::istringstream text{std::string(config)};
  Settings settings = run_settings();
  for (const CLI::ConfigItem& item : ConfigFormat().from_config(text)) {
    if (item.name == "++" || item.name == "--") continue;  // where a section begins and ends
    settings.give(item.name, item.inputs);
  }
  return settings;
}

Settings read_config(const fs::path& config) try {
  return settings_of(read_whole_file(config, most_config_bytes));
} catch (const std::exception& error) {
  fail("{} cannot be read: {}", config.string(), error.what());
}

std::string entry_of(const Settings& settings, std::string_view name) {
  for (const auto& [entry, value] : settings.entries(settings.text("method"))) {
    if (entry == name) return value;
  }
  return "";
}

void refuse_other(const Settings& given, const std::vector<std::string>& names,
                  const Settings& recorded, const fs::path& run) {
  for (const std::string& name : names) {
    const std::string value = entry_of(given, name), own = entry_of(recorded, name);
    if (value == own) continue;
    fail(
        "{}{} {} is not what the run in {} was started with{}; --resume needs no other option, and "
        "another map needs another folder",
        name == "input" ? "" : "--", name, value, run.string(),
        own.empty() ? "" : fmt::format(" ({})", own));
  }
}

}  // namespace tsimcne
