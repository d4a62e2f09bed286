#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/catalog.hpp"
#include "tsimcne/picture/palette.hpp"

namespace tsimcne {

/// Which classes a picture shows, and in which colours.
struct Classes {
  std::vector<int64_t> labels;  // those drawn in their colours, ascending
  std::vector<int64_t> counts;  // points of each label, drawn in its colour or not
  std::vector<Colour> colours;  // of each label
  std::vector<bool> shown;      // of each label: whether it is one of `labels`
  bool highlighted = false;     // whether they were chosen
  int64_t grey = 0;             // points of no label or of none that is shown

  bool any() const { return !labels.empty(); }
  bool shows(int32_t label) const { return label >= 0 && shown[static_cast<size_t>(label)]; }
  Colour colour_of(int32_t label) const {
    if (shows(label)) return colours[static_cast<size_t>(label)];
    return any() ? unlabelled_grey : single_blue;
  }
};

/// All classes that have points, or, where some are highlighted, those. Throws an Error that names
/// similar ones where a highlighted class has no points.
Classes find_classes(const Catalog& catalog, std::span<const std::string> highlighted);

}  // namespace tsimcne
