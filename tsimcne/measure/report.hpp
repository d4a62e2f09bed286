#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tsimcne/map/map.hpp"

namespace tsimcne {

/// A number that says how good a map is.
struct Figure {
  std::string key;   // its place among all figures, as in "knn_accuracy/map/official_split"
  std::string name;  // of what it is, as in "map, k = 15, official split"
  double value = 0;  // of several repetitions the mean
  std::optional<double> spread;  // and their standard deviation
  int64_t repetitions = 1;
  int64_t sample = 0;  // what each repetition was measured on, a number of `unit`
  std::string unit;    // "test images", "images", "pairs of images"
};

/// One way of measuring.
struct Measure {
  std::string name;
  std::string meaning;  // half a sentence
  std::vector<Figure> figures;
};

/// All that can be said of a map in numbers.
struct Report {
  int64_t images = 0;
  int64_t labelled = 0;
  int64_t labels = 0;  // different ones
  int64_t k = 15;
  std::vector<Measure> measures;
  std::vector<std::string> left_out;  // why other measures are not there, a sentence each
};

struct ReportOptions {
  int64_t k = 15;          // neighbours that vote, and of which it is counted how many are kept
  int64_t train_rows = 0;  // the first so many rows are the training set; 0: the official split
  std::string name = "the map";  // in errors
  const Map* against = nullptr;  // another map of the same images, to compare with
  std::string against_name = "the other map";
};

/// Measures the map by its labels, where it has some: kNN accuracy of map and features, with k and
/// with 5 neighbours; a linear probe; silhouette; how far k-means and dense places agree with the
/// labels. And by its features and the other map, where they are there: neighbours kept,
/// trustworthiness, continuity, correlation of distances. docs/measures.md says what is what. Rows
/// are sampled where that saves time; the same map gives the same figures, with any number of
/// threads. Throws an Error where there is nothing to measure by, points or features are not
/// finite, or the maps are not of the same images.
Report measure_map(const Map& map, const ReportOptions& options = {});

}  // namespace tsimcne
