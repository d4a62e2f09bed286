#pragma once

#include <filesystem>
#include <memory>

#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/journal.hpp"
#include "tsimcne/run/run_folder.hpp"
#include "tsimcne/run/run_settings.hpp"
#include "tsimcne/run/sparing.hpp"

namespace tsimcne {

/// A map in the making with its folder: its images, what it was told, how far it is. What is on the
/// disk is never more than five minutes old, so that it can be resumed however it ends, and a
/// resumed run makes the map that it would have made.
class Run {
 public:
  /// Begins a new one. An older run in the folder is refused or, with `force`, replaced. Throws an
  /// Error where settings, input or folder are not what they should be, and leaves nothing behind
  /// then.
  static Run begin(Settings settings, const std::filesystem::path& folder,
                   const Listener& listener = {}, bool force = false);

  /// Goes on with one, on this many cores (0: as it was told, else all of this machine). Throws an
  /// Error where the folder holds none, its images have changed, or its config was edited.
  static Run resume(const std::filesystem::path& folder, const Listener& listener = {},
                    int64_t threads = 0);

  /// Works for some seconds at most. Throws an Error where it cannot go on, and Stopped where the
  /// listener wants it to end; the run is then as it was before.
  void advance();
  bool finished() const { return method_->finished(); }

  /// Writes what resume() goes on from.
  void save() const;
  /// Saves, and writes the map as it stands with all that others read: table, picture, model.
  Map finish(const Listener& listener = {});

  const Method& method() const { return *method_; }
  const Input& input() const { return input_; }
  const RunFolder& folder() const { return folder_; }

 private:
  Run(RunFolder folder, Settings settings, Input input, std::unique_ptr<Method> method);
  static Run start(RunFolder& folder, Settings settings, const Listener& listener, bool resumes);
  void keep_labels(const std::filesystem::path& aside, const std::string& images,
                   const Listener& listener);
  void write_config() const;

  RunFolder folder_;
  Settings settings_;
  Input input_;
  std::unique_ptr<Method> method_;
  Journal journal_;
  Sparing save_sparingly_;
};

}  // namespace tsimcne
