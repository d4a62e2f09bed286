// render_view against torchvision 0.14.1 on PIL images: every operation alone, and one whole chain.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tsimcne/views/view.hpp"

namespace tsimcne {
namespace {

using nlohmann::json;

struct Picture {
  int height = 0, width = 0;
  std::vector<uint8_t> bytes;  // RGB, row after row
};

struct Case {
  json steps;
  std::string name;
  Picture in, out;
};

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  return stream << c.steps;
}

std::vector<Case> read_cases() {
  const std::string folder = TEST_DATA;
  std::ifstream index_file(folder + "/augment_cases.json");
  const json index = json::parse(index_file);
  std::ifstream file(folder + "/augment_cases.bin", std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto picture = [&](const json& place) {
    const int height = place["height"], width = place["width"];
    const auto first = bytes.begin() + place["offset"].get<int>();
    return Picture{height, width, {first, first + height * width * 3}};
  };
  std::vector<Case> cases;
  for (const json& c : index["cases"]) {
    cases.push_back({c["steps"], c["name"], picture(c["in"]), picture(c["out"])});
  }
  return cases;
}

/// The picture in the upper left of a square one, the rest noise that nothing may look at.
Picture make_square(const Picture& picture) {
  const int side = std::max(picture.height, picture.width);
  Picture square{side, side, std::vector<uint8_t>(3 * side * side)};
  Random random(1, Stream::drawing);
  for (uint8_t& byte : square.bytes) byte = static_cast<uint8_t>(random.below(256));
  for (int y = 0; y < picture.height; ++y) {
    std::copy_n(picture.bytes.begin() + 3 * y * picture.width, 3 * picture.width,
                square.bytes.begin() + 3 * y * side);
  }
  return square;
}

void add_colour_step(View& view, size_t place, ColourStep step) {
  view.jitter = true;
  std::swap(*std::ranges::find(view.colour_order, step), view.colour_order[place]);
}

View view_of_steps(const json& steps, int side) {
  View view;
  view.crop = {0, 0, side, side};
  size_t colours = 0;
  for (const json& step : steps) {
    const std::string op = step["op"];
    if (op == "resized_crop") {
      view.crop = {step["top"], step["left"], step["height"], step["width"]};
    } else if (op == "hflip") {
      view.flip = true;
    } else if (op == "grayscale") {
      view.grey = true;
    } else if (op == "brightness") {
      add_colour_step(view, colours++, ColourStep::brightness);
      view.brightness = step["factor"];
    } else if (op == "contrast") {
      add_colour_step(view, colours++, ColourStep::contrast);
      view.contrast = step["factor"];
    } else if (op == "saturation") {
      add_colour_step(view, colours++, ColourStep::saturation);
      view.saturation = step["factor"];
    } else if (op == "hue") {
      add_colour_step(view, colours++, ColourStep::hue);
      view.hue = step["factor"];
    } else {
      ADD_FAILURE() << "unknown step " << op;
    }
  }
  return view;
}

class ReferenceCase : public testing::TestWithParam<Case> {};

TEST_P(ReferenceCase, IsRenderedAlike) {
  const Case& c = GetParam();
  const Picture in = make_square(c.in);
  const int side = in.width, out_side = c.out.width, pixels = out_side * out_side;
  std::vector<float> out(3 * pixels);
  render_view(view_of_steps(c.steps, side), in.bytes, side, out_side, out);

  double sum = 0, most = 0;  // deviation in levels of 256
  for (int i = 0; i < 3 * pixels; ++i) {
    const double level = std::round(255 * out[(i % 3) * pixels + i / 3]);
    const double deviation = std::abs(level - c.out.bytes[i]);
    sum += deviation;
    most = std::max(most, deviation);
  }
  // PIL turns hues in steps of 1 / 256 of the circle and rounds to bytes between steps.
  const bool coarse = c.steps.size() > 1 || c.steps[0]["op"] == "hue";
  EXPECT_LE(sum / (3 * pixels), coarse ? 2 : 1);
  EXPECT_LE(most, coarse ? 8 : 3);
  RecordProperty("mean", std::to_string(sum / (3 * pixels)));
  RecordProperty("most", std::to_string(most));
}

std::string name_of_test(const testing::TestParamInfo<Case>& test) {
  const json& steps = test.param.steps;
  return test.param.name + "_" + (steps.size() > 1 ? "chain" : steps[0]["op"].get<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Torchvision, ReferenceCase, testing::ValuesIn(read_cases()), name_of_test);

TEST(ReferenceCases, CoverEveryOperation) {
  std::set<std::string> operations;
  for (const Case& c : read_cases()) {
    for (const json& step : c.steps) operations.insert(step["op"]);
  }
  EXPECT_EQ(operations, (std::set<std::string>{"resized_crop", "hflip", "brightness", "contrast",
                                               "saturation", "hue", "grayscale"}));
}

}  // namespace
}  // namespace tsimcne
