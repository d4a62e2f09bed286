#pragma once

#include <string>

namespace tsimcne {

/// The algorithms of convolutions that earlier runs of this user found to be the fastest, as
/// Trainer::algorithms() gives them, in $XDG_CACHE_HOME/tsimcne (or ~/.cache/tsimcne); empty where
/// there are none that can be read.
std::string read_algorithm_cache();

/// Adds some. Where the folder cannot be written the next run measures again.
void add_to_algorithm_cache(const std::string& algorithms);

}  // namespace tsimcne
