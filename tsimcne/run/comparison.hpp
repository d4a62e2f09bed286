#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/files/folder_lock.hpp"
#include "tsimcne/settings.hpp"

namespace tsimcne {

/// A run of a comparison: a method on the input or, as "simclr+tsne" is, on the features of another
/// run of it.
struct ComparedRun {
  std::string name;    // as it is asked for, and the name of its folder
  std::string method;  // "tsne"
  std::string on{};    // the run whose features it takes, "simclr"; "": none
  bool asked = true;   // for itself; or it is there for another's sake alone
};

/// The runs that these names ask for, each once, in the order in which they are made: first those
/// that take no budget, so that what they take is known when the budget is shared out, then those
/// that do, then those on others. Throws an Error that names what there is where a name says no
/// method, or one that takes no features.
std::vector<ComparedRun> runs_for(std::span<const std::string> names);

/// What a run that takes a budget gets of `budget` seconds: what is left when `spent` went to those
/// that take none, divided evenly among them; a second at least.
double share_of_budget(double budget, double spent, std::span<const ComparedRun> runs);

/// What is known of a run beside its folder.
struct RunRecord {
  bool finished = false;
  std::optional<double> seconds = 0;  // over all its parts; none: it was there before
  int64_t memory = 0;                 // bytes, at most
  std::string problem{};              // why it failed, a sentence; "": it did not
};

/// Settings of a comparison that nobody has given yet: those of runs, but for what tells them
/// apart, and "methods".
Settings comparison_settings();

/// A folder with runs of several methods on one input, and what was asked for. It is on the disk
/// whatever happens, so that the same request goes on where the last one ended.
class Comparison {
 public:
  /// Begins one in a new or empty folder, or goes on with the one that is there. Then what is not
  /// given is as it was, and other methods may be asked for. Throws an Error where the folder is
  /// something else, a setting is another than before or is for no method here, or there is no
  /// input.
  static Comparison open(const std::filesystem::path& folder, const Settings& given);

  const std::filesystem::path& path() const { return path_; }
  const Settings& settings() const { return settings_; }
  /// In the order in which they are made.
  const std::vector<ComparedRun>& runs() const { return runs_; }
  /// The names asked for, in their order, each once.
  const std::vector<std::string>& names() const { return names_; }
  const ComparedRun& run(std::string_view name) const;
  std::filesystem::path folder_of(std::string_view name) const { return path_ / name; }

  const RunRecord& record(std::string_view name) const;
  bool is_finished(std::string_view name) const;

  /// What `tsimcne` is to be told to begin a run or to go on with it.
  std::vector<std::string> command_for(const ComparedRun& run) const;
  /// To be called before that: what is known of a run that is no longer there is forgotten.
  void begin(const ComparedRun& run);
  void set_record(const ComparedRun& run, const RunRecord& record);

 private:
  Comparison(std::filesystem::path path, Settings settings);
  void read_file();
  void take(const Settings& given);
  void check() const;
  void save() const;

  std::filesystem::path path_;
  std::optional<FolderLock> lock_;
  Settings settings_;
  std::vector<std::string> names_;
  std::vector<ComparedRun> runs_;
  std::map<std::string, RunRecord, std::less<>> records_;
};

}  // namespace tsimcne
