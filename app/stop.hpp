#pragma once

#include <stdexcept>

namespace tsimcne {

/// From now on the first Ctrl-C, SIGTERM or SIGHUP (a terminal that is closed) is only remembered,
/// and a second one ends the program at once.
void watch_for_stop();

/// Whether one has come.
bool stop_requested();

/// The program was asked to stop and has put everything in order; what() is the last word to say.
class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// 128 + the signal's number, as shells have it.
  int exit_status() const;
};

}  // namespace tsimcne
