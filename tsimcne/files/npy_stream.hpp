#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/files/npy.hpp"

namespace tsimcne {

/// Fills a span from a file or an archive's entry and says how many bytes it got: fewer than asked
/// for at the end alone.
using ReadBytes = std::function<size_t(std::span<std::byte>)>;

/// What stands before an array's numbers.
struct NpyHeader {
  std::string dtype;
  std::vector<int64_t> shape;
  bool is_fortran_order = false;  // the first index runs fastest
  int64_t bytes = 0;              // of the numbers
};

/// Reads the header of an array of at most `most` bytes.
NpyHeader read_npy_header(const ReadBytes& read, const std::string& name, int64_t most);

/// Reads the array behind its header, as read_npy_stream does.
NpyArray read_npy_body(NpyHeader header, const ReadBytes& read, const std::string& name);

/// Takes an array's name, "" where the file has but one, and what reads it from its header on.
using VisitNpy = std::function<void(const std::string& name, const ReadBytes& read)>;

/// Visits the array of a .npy file, or those of a .npz archive in its order. Of a .npz their bytes
/// are unpacked as they are read. Throws an Error where the file cannot be read.
void visit_arrays(const std::filesystem::path& path, const VisitNpy& visit);

/// The arrays of a .npz archive, whatever its name.
void visit_npz(const std::filesystem::path& path, const VisitNpy& visit);

/// Of arrays in archives: 16 GiB.
constexpr int64_t most_npy_bytes = int64_t{16} << 30;

/// Reads one array in .npy format, of at most `most` bytes, and checks that nothing follows it.
/// Memory is taken as bytes arrive, so that a lying header costs nothing.
NpyArray read_npy_stream(const ReadBytes& read, const std::string& name, int64_t most);

/// What stands before an array's bytes in .npy format 1.0.
std::string npy_header(const NpyView& array);

/// The bytes of one element of a supported dtype; 0 for any other.
int64_t item_bytes(std::string_view dtype);

}  // namespace tsimcne
