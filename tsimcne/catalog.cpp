#include "tsimcne/catalog.hpp"

namespace tsimcne {

std::string name_of(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::val:
      return "val";
    case Split::test:
      return "test";
    case Split::none:
      break;
  }
  return "";
}

Split split_of(const std::string& name) {
  if (name == "train") return Split::train;
  if (name == "val") return Split::val;
  if (name == "test") return Split::test;
  return Split::none;
}

std::string Catalog::label_name(int64_t i) const {
  const int32_t label = labels[static_cast<size_t>(i)];
  return label < 0 ? "" : label_names[static_cast<size_t>(label)];
}

}  // namespace tsimcne
