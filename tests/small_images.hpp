#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "tsimcne/random.hpp"

namespace tsimcne {

/// Writes an IDX folder (MNIST's format) of `count` grey images of side x side pixels in three
/// classes: noise on a dark, a middle and a bright ground.
inline void write_small_images(const std::filesystem::path& folder, int count, int side,
                               uint64_t seed = 1) {
  std::filesystem::create_directories(folder);
  std::ofstream images(folder / "train-images-idx3-ubyte", std::ios::binary);
  std::ofstream labels(folder / "train-labels-idx1-ubyte", std::ios::binary);
  const auto put = [](std::ofstream& out, int value) {
    for (const int shift : {24, 16, 8, 0}) out.put(static_cast<char>(value >> shift));
  };
  for (const int value : {0x803, count, side, side}) put(images, value);
  for (const int value : {0x801, count}) put(labels, value);
  Random random(seed, Stream::subset);
  for (int i = 0; i < count; ++i) {
    const int label = i % 3;
    labels.put(static_cast<char>(label));
    for (int p = 0; p < side * side; ++p) {
      images.put(static_cast<char>(80 * label + static_cast<int>(random.below(60))));
    }
  }
}

}  // namespace tsimcne
