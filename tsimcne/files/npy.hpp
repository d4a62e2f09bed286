#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tsimcne {

/// An array as numpy keeps it on disk: little endian, the last index running fastest.
struct NpyArray {
  std::string dtype;           // numpy's word: "<f4", "|u1", "<U12", ...
  std::vector<int64_t> shape;  // empty for a single value
  std::vector<std::byte> bytes;

  /// The number of elements.
  int64_t size() const;
};

/// An array to be written, whose bytes live elsewhere: float32, int32, int64 or uint8 numbers, or
/// any NpyArray. The shape's product must be the number of elements.
struct NpyView {
  std::string dtype;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;

  NpyView(std::span<const float> values, std::vector<int64_t> extents);
  NpyView(std::span<const int32_t> values, std::vector<int64_t> extents);
  NpyView(std::span<const int64_t> values, std::vector<int64_t> extents);
  NpyView(std::span<const uint8_t> values, std::vector<int64_t> extents);
  NpyView(const NpyArray& array);  // NOLINT: an array is a view of itself
};

/// Text as a unicode array [n]. Bytes that are not UTF-8 become lone surrogates, as in Python's
/// os.fsdecode, and come back from to_strings as they were.
NpyArray strings_to_npy(std::span<const std::string> texts);

/// Floats, integers or bools of any width as float32. `name` stands for the array in errors, here
/// and below.
std::vector<float> to_floats(const NpyArray& array, std::string_view name);

/// A matrix [n, d] in the same way, each column less the middle of its range: that is taken away
/// before the numbers are rounded, so that those far from zero keep their differences.
std::vector<float> to_centred_floats(const NpyArray& array, std::string_view name);

/// Integers or bools of any width. Throws an Error for other types and for numbers past int64.
std::vector<int64_t> to_integers(const NpyArray& array, std::string_view name);

/// Fixed-length unicode ("<U") as UTF-8, or bytes ("S") as they are, without trailing zeros.
std::vector<std::string> to_strings(const NpyArray& array, std::string_view name);

/// True for "<U" and "S" arrays.
bool holds_strings(const NpyArray& array);

/// Reads a .npy file of numbers, bools or fixed-length text. Throws an Error for what is damaged or
/// cut short, for objects and records and for big-endian numbers.
NpyArray read_npy(const std::filesystem::path& path);

/// The shapes of the array of a .npy file or of those of a .npz archive. Throws like read_npy.
std::vector<std::vector<int64_t>> read_npy_shapes(const std::filesystem::path& path);

/// Writes a .npy file, format 1.0.
void write_npy(const NpyView& array, const std::filesystem::path& path);

/// Reads the arrays of a .npz archive by their names without ".npy": those in `names`, or all
/// where it is empty. Takes no more memory than the arrays' headers promise, 16 GiB at most in all.
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path,
                                         std::span<const std::string_view> names = {});

/// Writes a .npz archive: numbers stored, as numpy.savez does, text deflated.
void write_npz(const std::map<std::string, NpyView>& arrays, const std::filesystem::path& path);

}  // namespace tsimcne
