#include "tsimcne/run/run_folder.hpp"

#include <algorithm>
#include <array>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

/// All that a run may hold; nothing else in its folder is ever removed.
constexpr std::array run_files = {"config.toml",   "images.pack",       "skipped.csv",
                                  "map.csv",       "map.npy",           "features.npy",
                                  "map.png",       "model.safetensors", "checkpoint.safetensors",
                                  "metrics.jsonl", "backbone.pt",       "map.json"};

bool is_leftover(const fs::path& file) {
  for (const char* name : run_files) {
    if (file.filename().string().starts_with(std::string(name) + ".tmp-")) return true;
  }
  return false;
}

}  // namespace

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

void refuse_to_overwrite(const fs::path& path, bool force, std::string_view option) {
  if (fs::exists(path) && !force) {
    fail("{} exists; replace it by --force or name another file with {}", path.string(), option);
  }
}

}  // namespace tsimcne
