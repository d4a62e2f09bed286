#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/files/folder_lock.hpp"

namespace tsimcne {

/// What a page of the run in this folder is called: the folder's own name, also of ".", without
/// ".map".
std::string name_of_run(const std::filesystem::path& folder);

/// The folder of a run, and what lies where in it.
class RunFolder {
 public:
  /// A folder for a new run. One that exists is refused unless it is empty or, with `force`, an
  /// older run, whose files are then removed.
  static RunFolder create(const std::filesystem::path& path, bool force);
  /// The folder of a run that was started. Throws an Error where it is none.
  static RunFolder resume(const std::filesystem::path& path);
  /// The folder of a run to read from, which is not locked.
  static RunFolder read(const std::filesystem::path& path);

  /// Writes the config, and beside it what it says, so that an edited one is known.
  void write_config(const std::string& text) const;
  /// What the config may say after write_config(), the newest first, since a program can be killed
  /// within it; none of older runs.
  std::vector<std::string> written_configs() const;

  /// Gives the labels that the user has written another name, labels.csv.old or the next one that
  /// is free, and returns that; empty where there are none.
  std::filesystem::path set_labels_aside() const;

  /// Whether its map is the one that it was begun for; one that was stopped has a map, too.
  bool is_finished() const;
  void set_finished(bool is_finished) const;

  /// Removes the files of the run, and the folder if nothing else is in it.
  void discard() const;

  /// As FolderLock's, of the lock on this folder.
  std::string doubt() const { return lock_ ? lock_->doubt() : ""; }

  const std::filesystem::path& path() const { return path_; }
  std::string name() const { return name_of_run(path_); }
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path pack() const { return path_ / "images.pack"; }
  std::filesystem::path skipped() const { return path_ / "skipped.csv"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint.safetensors"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path model() const { return path_ / "model.safetensors"; }
  std::filesystem::path picture() const { return path_ / "map.png"; }

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void lock() { lock_.emplace(path_); }
  void remove_files() const;
  void remove_leftovers() const;

  std::filesystem::path path_;
  std::optional<FolderLock> lock_;
};

/// Whether the folder is that of a run.
bool is_run(const std::filesystem::path& path);

/// Where the map of an input is kept unless another folder is named: "photos.map" beside "photos",
/// or in the working folder where nothing can be written there. Several inputs are called by the
/// folder that holds them all.
std::filesystem::path usual_run_folder(std::span<const std::filesystem::path> inputs);

/// Whether RunFolder::create(folder, force) would remove this file.
bool would_remove(const std::filesystem::path& folder, const std::filesystem::path& file);

/// Throws an Error where the path is a run's that has not made a map yet.
void require_map(const std::filesystem::path& path);

/// Throws an Error where `path`, which `option` names, exists and `force` is not given, or is in no
/// folder.
void refuse_to_overwrite(const std::filesystem::path& path, bool force,
                         std::string_view option = "-o");

}  // namespace tsimcne
