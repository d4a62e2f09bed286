#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "app/explore_options.hpp"
#include "tsimcne/explore/server.hpp"
#include "tsimcne/run/run.hpp"

namespace tsimcne {

/// One page in the browser for a whole run: while images are decoded, it shows them; then each has
/// a place, by its colours at first, and moves as the map is learned; and in the end it is the
/// explored map. It takes a few hundredths of the time, and changes nothing of what is learned.
class Session {
 public:
  /// Of the run in this folder, which need not be there yet. where: how the page is served.
  Session(const std::filesystem::path& folder, const ExploreOptions& where);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// What the run is to tell: `inner` hears it, too.
  Listener listener(Listener inner);

  /// To be called whenever the run has advanced.
  void show(const Run& run);
  /// Whether the page has asked that the run end here, with a map of what is learned.
  bool stop_asked() const { return stop_asked_; }
  /// To be called when the run has come to its end, or was stopped, and its results are written
  /// from now on.
  void tell_mapping(const Run& run);
  /// Shows the run, which has a map, as `tsimcne explore` does, until the program is asked to stop.
  /// Throws an Error where the run is damaged.
  void show_ready(const Run& run);
  /// Tells why there will be no map.
  void tell_failure(const std::string& why);

 private:
  void announce();
  void open(const Input& input);
  void move_points(const Run& run);
  void tell_counting(std::string_view doing, int64_t done, int64_t total);
  void tell(const char* state, const std::string& words, const Run* run = nullptr);

  std::filesystem::path folder_;
  ExploreOptions where_;
  std::atomic<bool> stop_asked_ = false;
  bool announced_ = false;
  std::vector<int64_t> shown_;  // which images of the input
  Matrix points_;               // of these, [m, 2 or 3]
  int64_t version_ = 0;         // of the points
  int64_t done_ = 0, total_ = 0;
  const Run* run_ = nullptr;  // that is shown
  std::unique_ptr<Server> server_;
  std::thread thread_;
  Sparing move_{0.03, [this] { move_points(*run_); }};
  Sparing::Clock::time_point told_{};
};

}  // namespace tsimcne
