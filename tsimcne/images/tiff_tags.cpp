#include "tsimcne/images/tiff_tags.hpp"

#include <algorithm>

namespace tsimcne {
namespace {

constexpr uint64_t most_entries = 4096, most_values = 64;

/// The bytes of a TIFF, in its own order; what lies behind the end is 0 and makes it damaged.
class Words {
 public:
  explicit Words(std::span<const uint8_t> file) : file_(file), is_little_(file[0] == 'I') {}

  uint64_t at(uint64_t place, size_t bytes) {
    if (place > file_.size() || file_.size() - place < bytes) {
      is_damaged_ = true;
      return 0;
    }
    uint64_t number = 0;
    for (size_t i = 0; i < bytes; ++i) {
      number = number << 8 | file_[place + (is_little_ ? bytes - 1 - i : i)];
    }
    return number;
  }

  bool is_damaged() const { return is_damaged_; }

 private:
  std::span<const uint8_t> file_;
  bool is_little_;
  bool is_damaged_ = false;
};

/// The 16-bit values of the entry at `place`; none where it is of another type.
std::vector<int> values_of(Words& words, uint64_t place, bool is_big) {
  constexpr uint64_t type_of_shorts = 3;
  const size_t word = is_big ? 8 : 4;
  const uint64_t count = std::min(words.at(place + 4, word), most_values);
  std::vector<int> values;
  if (words.at(place + 2, 2) != type_of_shorts) return values;
  const uint64_t field = place + 4 + word;
  const uint64_t first = 2 * count <= word ? field : words.at(field, word);
  for (uint64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<int>(words.at(first + 2 * i, 2)));
  }
  return values;
}

}  // namespace

std::optional<TiffTags> read_tiff_tags(std::span<const uint8_t> file) {
  if (file.size() < 16) return std::nullopt;
  Words words(file);
  const bool is_big = words.at(2, 2) == 43;
  const uint64_t directory = is_big ? words.at(8, 8) : words.at(4, 4);
  const uint64_t entries = std::min(words.at(directory, is_big ? 8 : 2), most_entries);
  TiffTags tags;
  for (uint64_t i = 0; i < entries && !words.is_damaged(); ++i) {
    const uint64_t place = directory + (is_big ? 8 + 20 * i : 2 + 12 * i);
    const uint64_t tag = words.at(place, 2);
    if (tag != 259 && tag != 262 && tag != 277 && tag != 338) continue;
    std::vector<int> values = values_of(words, place, is_big);
    if (values.empty()) continue;
    if (tag == 259) tags.compression = values.front();
    if (tag == 262) tags.photometric = values.front();
    if (tag == 277) tags.samples = values.front();
    if (tag == 338) tags.extra_kinds = std::move(values);
  }
  if (words.is_damaged()) return std::nullopt;
  return tags;
}

}  // namespace tsimcne
