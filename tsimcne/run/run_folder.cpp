#include "tsimcne/run/run_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/files/absolute_place.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

/// The texts that the config may have, a zero byte between.
constexpr const char* written_config = ".config.written";

/// There while the run has not come to its end.
constexpr const char* unfinished = ".unfinished";

constexpr const char* ending = ".map";  // of a run's folder that nobody has named

/// All that a run may hold; nothing else in its folder is ever removed.
constexpr std::array run_files = {"config.toml",   "images.pack",       "skipped.csv",
                                  "map.csv",       "map.npy",           "features.npy",
                                  "map.png",       "model.safetensors", "checkpoint.safetensors",
                                  "metrics.jsonl", "backbone.pt",       "map.json",
                                  written_config,  unfinished};

bool is_leftover(const fs::path& file) {
  for (const char* name : run_files) {
    if (file.filename().string().starts_with(std::string(name) + ".tmp-")) return true;
  }
  return false;
}

}  // namespace

void RunFolder::write_config(const std::string& text) const {
  std::string written = text;
  if (fs::exists(config())) written += '\0' + read_whole_file(config());
  write_whole_file(path_ / written_config, written);
  write_whole_file(config(), text);
}

std::vector<std::string> RunFolder::written_configs() const {
  const fs::path file = path_ / written_config;
  if (!fs::exists(file)) return {};
  const std::string written = read_whole_file(file);
  const size_t end = std::min(written.find('\0'), written.size());
  std::vector<std::string> texts = {written.substr(0, end)};
  if (end < written.size()) texts.push_back(written.substr(end + 1));
  return texts;
}

fs::path RunFolder::set_labels_aside() const {
  const fs::path labels = path_ / labels_file;
  if (!fs::exists(labels)) return {};
  fs::path aside = labels.string() + ".old";
  for (int number = 2; fs::exists(aside); ++number) {
    aside = fmt::format("{}.old{}", labels.string(), number);
  }
  fs::rename(labels, aside);
  return aside;
}

std::string name_of_run(const fs::path& folder) {
  const fs::path name = fs::weakly_canonical(folder).filename();
  return (name.extension() == ending ? name.stem() : name).string();
}

bool RunFolder::is_finished() const {
  return fs::exists(path_ / "map.npy") && !fs::exists(path_ / unfinished);
}

void RunFolder::set_finished(bool is_finished) const {
  if (is_finished) {
    fs::remove(path_ / unfinished);
  } else {
    write_whole_file(path_ / unfinished, "");
  }
}

fs::path usual_run_folder(std::span<const fs::path> inputs) {
  std::error_code none;
  const fs::path common =
      inputs.size() == 1 ? absolute_place(inputs.front()) : folder_of_all(inputs);
  fs::path name = common.filename();
  if (!fs::is_directory(common, none)) {
    while (name.has_extension() && name.stem() != name) name = name.stem();  // .tar.gz
  }
  if (name.empty()) name = "images";
  name += ending;
  fs::path beside = common.parent_path() / name;
  const bool can_be_written = ::access(common.parent_path().c_str(), W_OK) == 0;
  if (fs::exists(common, none) && (can_be_written || is_run(beside))) return beside;
  return name;
}

bool is_run(const fs::path& path) {
  return fs::exists(path / "config.toml");
}

RunFolder RunFolder::create(const fs::path& path, bool force) {
  std::error_code error;
  const bool taken = fs::exists(path) && !(fs::is_directory(path) && fs::is_empty(path));
  if (taken && !is_run(path)) {
    fail("{} exists and is not a run; name a new folder with -o", path.string());
  }
  if (taken && !force) {
    fail(
        "{} is a run already; go on with it by --resume, replace it by --force, or name another "
        "folder with -o",
        path.string());
  }
  fs::create_directories(path, error);
  if (error) fail("the folder {} cannot be made: {}", path.string(), error.message());
  RunFolder run(path);
  run.lock();
  if (taken) run.remove_files();
  return run;
}

void RunFolder::remove_files() const {
  for (const char* name : run_files) fs::remove(path_ / name);
  remove_leftovers();
}

void RunFolder::discard() const {
  remove_files();
  fs::remove(path_ / ".lock");
  std::error_code not_empty;
  fs::remove(path_, not_empty);
}

RunFolder RunFolder::resume(const fs::path& path) {
  RunFolder run = read(path);
  run.lock();
  run.remove_leftovers();
  return run;
}

RunFolder RunFolder::read(const fs::path& path) {
  if (!is_run(path)) {
    fail("{} is not a run: it holds no config.toml; `tsimcne fit INPUT -o {}` makes one",
         path.string(), path.string());
  }
  return RunFolder(path);
}

/// What a killed program had begun to write.
void RunFolder::remove_leftovers() const {
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    if (is_leftover(entry.path())) fs::remove(entry.path());
  }
}

bool would_remove(const fs::path& folder, const fs::path& file) {
  std::error_code none;
  if (fs::equivalent(file, folder, none)) return true;
  return std::ranges::find(run_files, file.filename()) != run_files.end() &&
         fs::equivalent(file.parent_path(), folder, none);
}

void require_map(const fs::path& path) {
  if (!is_run(path) || fs::exists(path / "map.npy")) return;
  fail(
      "the run in {} has no map yet; tsimcne fit -o {} --resume goes on with it, and its Ctrl-C "
      "makes a map of what is learned",
      path.string(), path.string());
}

void refuse_to_overwrite(const fs::path& path, bool force, std::string_view option) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!fs::is_directory(folder)) {
    fail("{} cannot be written: {} is no folder; make it, or name another", path.string(),
         folder.string());
  }
  if (fs::exists(path) && !force) {
    fail("{} exists; replace it by --force or name another file with {}", path.string(), option);
  }
}

}  // namespace tsimcne
