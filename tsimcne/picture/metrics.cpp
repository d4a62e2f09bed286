#include "tsimcne/picture/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {

namespace {

using nlohmann::json;

constexpr int64_t most_bytes = int64_t{1} << 26;  // some 250,000 epochs
constexpr double largest = 1e30;                  // no loss is; sums of more might leave double

/// A line of a file of metrics, for what is said where it is wrong.
struct Line {
  const std::filesystem::path& path;
  int64_t row;

  json parse(std::string_view text) const {
    json object = json::parse(text, nullptr, false);
    if (!object.is_object()) {
      fail(
          "{}, line {}: expected a JSON object with an epoch's metrics; a line that was cut off "
          "can be deleted",
          path.string(), row);
    }
    return object;
  }

  double value(const json& object, const char* name, double least, double most) const {
    const auto at = object.find(name);
    if (at == object.end()) {
      fail("{}, line {}: expected a number \"{}\", found none", path.string(), row, name);
    }
    const double found = at->is_number() ? at->get<double>() : NAN;
    if (!(found >= least && found <= most)) {
      fail("{}, line {}: expected \"{}\" to be a number from {:g} to {:g}, found {}", path.string(),
           row, name, least, most, at->is_number() ? fmt::format("{:g}", found) : at->type_name());
    }
    return found;
  }
  double number_of(const json& object, const char* name) const {
    return value(object, name, -largest, largest);
  }
  int64_t count_of(const json& object, const char* name) const {
    return static_cast<int64_t>(value(object, name, 1, 1e9));
  }
};

EpochMetrics read_line(std::string_view text, const Line& line) {
  const json object = line.parse(text);
  return {.stage = line.count_of(object, "stage"),
          .loss = line.number_of(object, "loss"),
          .attraction = line.number_of(object, "attraction"),
          .repulsion = line.number_of(object, "repulsion"),
          .dimensions = line.count_of(object, "dimensions")};
}

}  // namespace

std::vector<EpochMetrics> read_metrics(const std::filesystem::path& path) {
  const std::string text = read_whole_file(path, most_bytes);
  std::vector<EpochMetrics> epochs;
  int64_t row = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    epochs.push_back(read_line(rest.substr(0, end), {path, ++row}));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (epochs.empty()) fail("{} is empty: no epoch of the run has ended yet", path.string());
  return epochs;
}

}  // namespace tsimcne
