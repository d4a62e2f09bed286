#include "tsimcne/run/comparison.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_folder.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* file_name = "comparison.json";
constexpr size_t most_methods = 16;  // a browser draws no more maps on a page

const std::vector<Setting>& declared_settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> settings = {
        {.name = "methods",
         .sentence = "What is compared; A+B is method B on the features of a run of A",
         .group = "Comparison",
         .type = "A,B,A+B,..",
         .initial = "tsimcne,pca,tsne"}};
    for (Setting setting : settings_of_runs()) {
      if (setting.name == "method" || setting.name == "on" || setting.group.empty()) {
        if (setting.name != "input") continue;
      }
      if (setting.name == "input") setting.kind = Setting::Kind::path;  // one for all methods
      if (setting.name == "budget") {
        setting.group = "Comparison";
        setting.sentence =
            "Time for all methods together, as in 90s, 20m or 2h: what those that learn nothing "
            "leave of it is divided evenly among those that learn [each method's own]";
      }
      settings.push_back(std::move(setting));
    }
    return settings;
  }();
  return all;
}

bool is_for(const Setting& setting, const std::string& method) {
  const auto& all = setting.methods;
  return all.empty() || std::ranges::find(all, method) != all.end();
}

bool takes(const std::string& method, std::string_view name) {
  const auto& all = settings_of_runs();
  const auto setting = std::ranges::find(all, name, &Setting::name);
  return setting != all.end() && is_for(*setting, method);
}

/// The run of one name; "simclr+tsne" is tsne on simclr.
ComparedRun run_named(const std::string& name) {
  const size_t plus = name.find('+');
  ComparedRun run{.name = name, .method = name, .on = ""};
  if (plus != name.npos) {
    run.on = name.substr(0, plus);
    run.method = name.substr(plus + 1);
    method_named(run.on);
  }
  method_named(run.method);
  if (plus == name.npos || takes(run.method, "on")) return run;
  std::vector<std::string> others;
  for (const MethodEntry& method : methods()) {
    if (takes(method.name, "on")) others.push_back(method.name);
  }
  fail("--methods {}: {} takes no features of another run; those that do are {}", name, run.method,
       fmt::join(others, ", "));
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string name = text.substr(at, end - at);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    at = end + 1;
  }
  if (names.size() > most_methods) {
    fail("--methods names {} ways to make a map; expected {} at most", names.size(), most_methods);
  }
  return names;
}

Json to_json(const RunRecord& record) {
  return {{"finished", record.finished},
          {"seconds", record.seconds ? Json(*record.seconds) : Json()},
          {"memory", record.memory},
          {"problem", record.problem}};
}

RunRecord to_record(const Json& json) {
  const Json& seconds = json.at("seconds");
  return {json.at("finished").get<bool>(),
          seconds.is_null() ? std::nullopt : std::optional(seconds.get<double>()),
          json.at("memory").get<int64_t>(), json.at("problem").get<std::string>()};
}

}  // namespace

std::vector<ComparedRun> runs_for(std::span<const std::string> names) {
  std::vector<ComparedRun> runs;
  const auto add = [&](ComparedRun run) {
    const auto same = std::ranges::find(runs, run.name, &ComparedRun::name);
    if (same == runs.end()) return runs.push_back(std::move(run));
    same->asked = same->asked || run.asked;
  };
  for (const std::string& name : names) {
    ComparedRun run = run_named(name);
    if (!run.on.empty()) add({.name = run.on, .method = run.on, .on = "", .asked = false});
    add(std::move(run));
  }
  std::ranges::stable_sort(runs, {}, [](const ComparedRun& run) {
    return run.on.empty() ? static_cast<int>(takes(run.method, "budget")) : 2;
  });
  return runs;
}

double share_of_budget(double budget, double spent, std::span<const ComparedRun> runs) {
  const auto count = std::ranges::count_if(
      runs, [](const ComparedRun& run) { return takes(run.method, "budget"); });
  return std::max((budget - spent) / static_cast<double>(std::max<int64_t>(count, 1)), 1.0);
}

Settings comparison_settings() {
  return Settings(declared_settings());
}

Comparison::Comparison(fs::path path, Settings settings)
    : path_(std::move(path)), settings_(std::move(settings)) {}

Comparison Comparison::open(const fs::path& folder, const Settings& given) {
  Comparison comparison(folder, comparison_settings());
  const bool is_there = fs::exists(folder / file_name);
  if (!is_there && fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder))) {
    fail("{} exists and is not a comparison; name a new folder with -o", folder.string());
  }
  if (is_there) {
    comparison.lock_.emplace(folder);
    comparison.read_file();
  }
  comparison.take(given);
  comparison.check();
  if (!is_there) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) fail("the folder {} cannot be made: {}", folder.string(), error.message());
    comparison.lock_.emplace(folder);
  }
  comparison.save();
  return comparison;
}

void Comparison::read_file() try {
  const Json json = Json::parse(read_whole_file(path_ / file_name));
  for (const auto& [name, word] : json.at("settings").items()) {
    settings_.give(name, word.get<std::string>());
  }
  for (const auto& [name, record] : json.at("runs").items()) {
    records_.insert_or_assign(name, to_record(record));
  }
} catch (const Json::exception&) {
  fail("{} is damaged; name a new folder with -o", (path_ / file_name).string());
}

/// Adds what is given to what was, which it may not contradict.
void Comparison::take(const Settings& given) {
  Settings now = given;
  make_paths_absolute(now);
  const bool begins = !settings_.has("input");
  for (const Setting& setting : settings_.declared()) {
    if (!now.has(setting.name)) continue;
    const std::string word = now.word(setting.name);
    const bool may_change = begins || setting.name == "methods" || setting.name == "threads";
    const std::string before = settings_.has(setting.name) ? settings_.word(setting.name) : "";
    if (!may_change && word != before) {
      fail(
          "{}{} {} is not what the comparison in {} was begun with{}; another one needs another "
          "folder",
          setting.name == "input" ? "" : "--", setting.name, word, path_.string(),
          before.empty() ? "" : fmt::format(" ({})", before));
    }
    settings_.give(setting.name, word);
  }
  names_ = split_names(settings_.word("methods"));
  settings_.give("methods", settings_.word("methods"));
  runs_ = runs_for(names_);
}

void Comparison::check() const {
  const fs::path input = settings_.path("input");
  if (input.empty()) {
    fail(
        "compare needs INPUT: images, in any form that fit takes, or rows of numbers (.npy, .npz, "
        ".csv)");
  }
  if (!is_number_rows(input) || !fs::exists(input)) require_input(input);
  for (const Setting& setting : settings_.declared()) {
    const bool is_used = std::ranges::any_of(
        runs_, [&](const ComparedRun& run) { return is_for(setting, run.method); });
    if (settings_.has(setting.name) && !is_used) {
      fail("--{} is of the method{} {}, and --methods {} names none of these; leave it out",
           setting.name, setting.methods.size() == 1 ? "" : "s",
           fmt::join(setting.methods, " and "), settings_.word("methods"));
    }
  }
}

void Comparison::save() const try {
  Json settings = Json::object(), runs = Json::object();
  for (const Setting& setting : settings_.declared()) {
    if (settings_.has(setting.name)) settings[setting.name] = settings_.word(setting.name);
  }
  for (const auto& [name, record] : records_) runs[name] = to_json(record);
  write_whole_file(path_ / file_name, Json{{"settings", settings}, {"runs", runs}}.dump(2) + "\n");
} catch (const Json::exception&) {
  fail("{} or a path among the options is no UTF-8, which {} cannot hold; rename it or make a link",
       settings_.word("input"), file_name);
}

const ComparedRun& Comparison::run(std::string_view name) const {
  return *std::ranges::find(runs_, name, &ComparedRun::name);
}

const RunRecord& Comparison::record(std::string_view name) const {
  static const RunRecord none;
  const auto found = records_.find(name);
  return found == records_.end() ? none : found->second;
}

bool Comparison::is_finished(std::string_view name) const {
  return record(name).finished && fs::exists(folder_of(name) / "map.csv");
}

void Comparison::begin(const ComparedRun& run) {
  const bool is_there = is_run(folder_of(run.name));
  const bool is_known = records_.contains(run.name);
  RunRecord record = is_there ? this->record(run.name) : RunRecord();
  if (is_there && !is_known) record.seconds = std::nullopt;
  record.finished = false;
  record.problem.clear();
  set_record(run, record);
}

void Comparison::set_record(const ComparedRun& run, const RunRecord& record) {
  records_.insert_or_assign(run.name, record);
  save();
}

std::vector<std::string> Comparison::command_for(const ComparedRun& run) const {
  const std::string folder = folder_of(run.name).string();
  if (is_run(folder)) return {"fit", "-o", folder, "--resume"};
  std::vector<std::string> words = {"fit",     settings_.word("input"), "-o", folder, "--method",
                                    run.method};
  for (const Setting& setting : settings_.declared()) {
    const std::string& name = setting.name;
    const bool is_own = name == "methods" || name == "input" || name == "budget";
    if (is_own || !settings_.has(name) || !is_for(setting, run.method)) continue;
    if (setting.kind != Setting::Kind::flag) {
      words.push_back(fmt::format("--{}={}", name, settings_.word(name)));
    } else if (settings_.flag(name)) {
      words.push_back(fmt::format("--{}", name));
    }
  }
  if (settings_.has("budget") && takes(run.method, "budget")) {
    double spent = 0;
    for (const ComparedRun& other : runs_) {
      const bool counts = other.on.empty() && !takes(other.method, "budget");
      if (counts) spent += record(other.name).seconds.value_or(0);
    }
    words.push_back(
        fmt::format("--budget={:.1f}s", share_of_budget(settings_.number("budget"), spent, runs_)));
  }
  if (!run.on.empty()) words.push_back("--on=" + folder_of(run.on).string());
  return words;
}

}  // namespace tsimcne
