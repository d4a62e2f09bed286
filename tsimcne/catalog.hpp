#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tsimcne {

/// The part of a dataset that its makers put an image into.
enum class Split : uint8_t { none, train, val, test };

/// "", "train", "val" or "test".
std::string name_of(Split split);

/// The inverse of name_of; any other word is Split::none.
Split split_of(const std::string& name);

/// What is known of each image beside its pixels. All vectors but `label_names` have one entry an
/// image, in the order of the input.
struct Catalog {
  std::vector<std::string> paths;  // as found in the input, '/' between folders
  std::vector<int32_t> labels;     // index into label_names, -1 where there is none
  std::vector<Split> splits;
  std::vector<std::string> label_names;  // each once, in the order of natural_less

  int64_t size() const { return static_cast<int64_t>(paths.size()); }
  bool has_labels() const { return !label_names.empty(); }

  /// The label's name, "" where there is none.
  std::string label_name(int64_t i) const;
};

/// The order of names in which "2" comes before "10", and other letters by their bytes.
bool natural_less(std::string_view a, std::string_view b);

/// Sets labels and label_names from a name an image, "" where there is none.
void set_labels(Catalog& catalog, std::span<const std::string> names);

/// Puts label_names into their order, each once and none without an image, and numbers the labels
/// anew.
void order_labels(Catalog& catalog);

}  // namespace tsimcne
