#pragma once

#include <thread>

#include "tsimcne/explore/server.hpp"
#include "tsimcne/run/run.hpp"

namespace tsimcne {

/// Shows a training in a browser while it goes on: some of the images, where the network puts them
/// by now, the losses and the time left; and then the finished map, on the same page. It takes a
/// fiftieth of the time, and changes nothing of what is learned.
class Watch {
 public:
  /// Of a run of images.
  explicit Watch(const Run& run);
  ~Watch();

  /// To be called whenever the run has advanced.
  void show();
  /// To be called when training has come to its end, or was stopped, and its results are written
  /// from now on.
  void tell_writing();
  /// Shows the run, which is complete, as `tsimcne explore` does, until the program is asked to
  /// stop. Throws an Error where the run is damaged.
  void show_finished();

 private:
  void move_points();
  void tell_progress(const char* state);

  const Run& run_;
  ImageSet shown_;
  Matrix points_;  // of the images shown, [n, 2 or 3]
  int64_t version_ = 0;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  Sparing move_{0.02, [this] { move_points(); }};
  Sparing::Clock::time_point told_{};
};

}  // namespace tsimcne
