#include "tsimcne/images/contents.hpp"

namespace tsimcne {

std::string fingerprint_of(const Catalog& catalog, int side, Fingerprint pixels) {
  pixels.add(static_cast<uint64_t>(side));
  for (size_t i = 0; i < catalog.paths.size(); ++i) {
    pixels.add(catalog.paths[i]).add(catalog.label_name(static_cast<int64_t>(i)));
    pixels.add(static_cast<uint64_t>(catalog.splits[i]));
  }
  for (const std::string& name : catalog.label_names) pixels.add(name);
  return pixels.hex();
}

}  // namespace tsimcne
