#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tsimcne/map/map.hpp"
#include "tsimcne/run/comparison.hpp"

namespace tsimcne {

/// What a comparison says of one method. Shares and means in 0 .. 1.
struct ComparedFigures {
  std::string name;
  std::optional<double> accuracy;         // kNN, k = 15, on the map
  std::optional<double> kept;             // of the nearest by the common reference
  std::optional<double> trustworthiness;  // by it
  std::optional<double> features_kept;    // of the nearest by the run's own features
  std::optional<double> seconds;          // with those of the run whose features it takes
  int64_t memory = 0;                     // bytes, at most
  std::string problem{};                  // why there is no map; "": there is one
};

/// What a comparison came to.
struct ComparisonReport {
  std::vector<ComparedFigures> rows;  // in the order asked for
  std::vector<Map> maps;              // of the rows without a problem, without their features
  std::vector<std::string> notes;     // how it was measured, a sentence each

  int64_t problems() const { return std::ssize(rows) - std::ssize(maps); }
};

/// Told which map is being measured, by its method's name. May throw to stop.
using MeasureProgress = std::function<void(const std::string& name)>;

/// Measures all maps of the comparison that are finished, by the same rows and the same reference:
/// of rows of numbers these themselves, of images the first 50 principal components of their
/// pixels. A map that cannot be read or is of other images becomes a row with a problem.
ComparisonReport measure_comparison(const Comparison& comparison,
                                    const MeasureProgress& progress = {});

/// Writes report.csv, report.md, maps.png, maps.svg and report.html into the comparison's folder;
/// pictures and page where there are maps, and what older ones left is removed where there are
/// none.
void write_report(const Comparison& comparison, const ComparisonReport& report);

}  // namespace tsimcne
