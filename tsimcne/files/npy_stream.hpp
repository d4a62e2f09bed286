#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "tsimcne/files/npy.hpp"

namespace tsimcne {

/// Fills a span from a file or an archive's entry and says how many bytes it got: fewer than asked
/// for at the end alone.
using ReadBytes = std::function<size_t(std::span<std::byte>)>;

/// Reads one array in .npy format, of at most `most` bytes, and checks that nothing follows it.
/// Memory is taken as bytes arrive, so that a lying header costs nothing.
NpyArray read_npy_stream(const ReadBytes& read, const std::string& name, int64_t most);

/// What stands before an array's bytes in .npy format 1.0.
std::string npy_header(const NpyView& array);

/// The bytes of one element of a supported dtype; 0 for any other.
int64_t item_bytes(std::string_view dtype);

}  // namespace tsimcne
