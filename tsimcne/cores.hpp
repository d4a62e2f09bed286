#pragma once

namespace tsimcne {

/// Has this thread compute on `count` cores from now on; 0: on all that this process may use.
/// Returns the number. A thread that starts later has OpenMP's own default.
int use_cores(int count);

}  // namespace tsimcne
