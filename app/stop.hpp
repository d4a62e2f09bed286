#pragma once

namespace tsimcne {

/// From now on the first Ctrl-C, SIGTERM or SIGHUP (a terminal that is closed) is only remembered,
/// and a second one ends the program at once.
void watch_for_stop();

/// Whether one has come.
bool stop_requested();

/// What the program then ends with: 128 + the signal's number, as shells have it.
int exit_status_of_stop();

}  // namespace tsimcne
