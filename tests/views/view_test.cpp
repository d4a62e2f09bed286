#include "tsimcne/views/view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "tests/views/plain_view.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr int draws = 100000;

/// Draws `draws` views of an image, large by default, and lists what `number` reads from each.
std::vector<double> numbers_of_views(const ViewOptions& options,
                                     const std::function<double(const View&)>& number,
                                     int side = 4096) {
  Random random(20230501, Stream::views);
  std::vector<double> numbers(draws);
  for (double& x : numbers) x = number(draw_view(options, side, random));
  return numbers;
}

/// Kolmogorov and Smirnov's test at p = 0.001: the largest distance of the distribution function
/// from the uniform one's is below 1.95 / sqrt(n).
void expect_uniform(std::vector<double> numbers, double low, double high) {
  std::ranges::sort(numbers);
  const double n = static_cast<double>(numbers.size());
  double distance = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const double expected = (numbers[i] - low) / (high - low), below = static_cast<double>(i) / n;
    distance = std::max({distance, expected - below, below + 1 / n - expected});
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(n)) << "for " << low << " to " << high;
  EXPECT_GE(numbers.front(), low);
  EXPECT_LE(numbers.back(), high);
}

/// Within 3.29 standard deviations of a binomial distribution, p = 0.001.
void expect_share(const std::vector<double>& zeros_and_ones, double probability) {
  const double n = static_cast<double>(zeros_and_ones.size());
  const double share = std::accumulate(zeros_and_ones.begin(), zeros_and_ones.end(), 0.0) / n;
  EXPECT_NEAR(share, probability, 3.29 * std::sqrt(probability * (1 - probability) / n));
}

/// The statistic of Pearson's test that all numbers 0 .. kinds - 1 are equally frequent.
double chi_squared(const std::vector<double>& numbers, int kinds) {
  std::vector<int> counts(kinds);
  for (const double x : numbers) ++counts[static_cast<size_t>(x)];
  const double expected = static_cast<double>(numbers.size()) / kinds;
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

/// Crops that always fit, so that none is refused and drawn again.
ViewOptions fitting_crops() {
  ViewOptions options;
  options.crop_area_low = 0.3;
  options.crop_area_high = 0.5;
  return options;
}

TEST(DrawView, CropAreasAreUniform) {
  const auto area = [](const View& view) {
    return double{1} * view.crop.height * view.crop.width / (4096.0 * 4096.0);
  };
  std::vector<double> areas = numbers_of_views(fitting_crops(), area);
  for (double& x : areas) x = std::clamp(x, 0.3, 0.5);  // sides are rounded
  expect_uniform(areas, 0.3, 0.5);
}

TEST(DrawView, CropAspectsAreLogUniform) {
  const double limit = std::log(4.0 / 3.0);
  const auto aspect = [=](const View& view) {
    const double x = std::log(static_cast<double>(view.crop.width) / view.crop.height);
    return std::clamp(x, -limit, limit);  // sides are rounded
  };
  expect_uniform(numbers_of_views(fitting_crops(), aspect), -limit, limit);
}

TEST(DrawView, CropPlacesAreUniform) {
  const auto top = [](const View& view) {
    return (view.crop.top + 0.5) / (4096 - view.crop.height + 1);
  };
  const auto left = [](const View& view) {
    return (view.crop.left + 0.5) / (4096 - view.crop.width + 1);
  };
  expect_uniform(numbers_of_views(fitting_crops(), top), 0, 1);
  expect_uniform(numbers_of_views(fitting_crops(), left), 0, 1);
}

TEST(DrawView, CropsReachEveryPlaceEquallyOften) {
  ViewOptions options;
  options.crop_area_low = options.crop_area_high = 0.25;
  options.crop_aspect_low = options.crop_aspect_high = 1;
  const auto place = [](const View& view) { return 3 * view.crop.top + view.crop.left; };
  EXPECT_LT(chi_squared(numbers_of_views(options, place, 4), 9), 26.1);  // p = 0.001
}

TEST(DrawView, CropsLieWithinImagesOfAnySize) {
  ViewOptions options;
  options.crop_area_low = 0.01;
  options.crop_aspect_low = 0.1;
  options.crop_aspect_high = 10;
  Random random(3, Stream::views);
  for (int i = 0; i < 20000; ++i) {
    const int side = 1 + i % 40;
    const Crop crop = draw_view(options, side, random).crop;
    EXPECT_GE(crop.top, 0);
    EXPECT_GE(crop.left, 0);
    EXPECT_GE(crop.height, 1);
    EXPECT_GE(crop.width, 1);
    EXPECT_LE(crop.top + crop.height, side);
    EXPECT_LE(crop.left + crop.width, side);
  }
}

TEST(DrawView, ACropThatCannotFitIsTheMiddleOfTheNearestAspect) {
  ViewOptions options;
  options.crop_area_low = options.crop_area_high = 1;
  Random random(3, Stream::views);
  options.crop_aspect_low = options.crop_aspect_high = 2;
  EXPECT_EQ(draw_view(options, 64, random).crop, (Crop{16, 0, 32, 64}));
  options.crop_aspect_low = options.crop_aspect_high = 0.5;
  EXPECT_EQ(draw_view(options, 64, random).crop, (Crop{0, 16, 64, 32}));
  options.crop_aspect_low = options.crop_aspect_high = 1000;
  EXPECT_EQ(draw_view(options, 64, random).crop, (Crop{31, 0, 1, 64}));
}

TEST(DrawView, YesAndNoFollowTheirProbabilities) {
  ViewOptions options;
  options.flip = 0.5;
  options.vertical_flip = 0.3;
  options.colour_jitter = 0.8;
  options.grey = 0.2;
  expect_share(numbers_of_views(options, [](const View& v) { return v.flip; }), 0.5);
  expect_share(numbers_of_views(options, [](const View& v) { return v.vertical_flip; }), 0.3);
  expect_share(numbers_of_views(options, [](const View& v) { return v.jitter; }), 0.8);
  expect_share(numbers_of_views(options, [](const View& v) { return v.grey; }), 0.2);
  // Grey and jitter do not know of each other.
  expect_share(numbers_of_views(options, [](const View& v) { return v.grey && v.jitter; }), 0.16);
}

TEST(DrawView, FactorsAreUniform) {
  ViewOptions options;
  options.colour_jitter = 1;
  options.brightness = 0.4;
  options.contrast = 0.7;
  options.saturation = 1.5;
  options.hue = 0.1;
  options.rotation = 45;
  expect_uniform(numbers_of_views(options, [](const View& v) { return v.brightness; }), 0.6, 1.4);
  expect_uniform(numbers_of_views(options, [](const View& v) { return v.contrast; }), 0.3, 1.7);
  expect_uniform(numbers_of_views(options, [](const View& v) { return v.saturation; }), 0, 2.5);
  expect_uniform(numbers_of_views(options, [](const View& v) { return v.hue; }), -0.1, 0.1);
  expect_uniform(numbers_of_views(options, [](const View& v) { return v.rotation; }), -45, 45);
}

TEST(DrawView, ColourStepsComeInEveryOrderEquallyOften) {
  ViewOptions options;
  options.colour_jitter = 1;
  std::array<ColourStep, 4> order = View{}.colour_order;
  std::map<std::array<ColourStep, 4>, int> numbers;
  do {
    numbers.emplace(order, static_cast<int>(numbers.size()));
  } while (std::ranges::next_permutation(order).found);
  ASSERT_EQ(numbers.size(), 24u);
  const auto number = [&](const View& view) { return numbers.at(view.colour_order); };
  EXPECT_LT(chi_squared(numbers_of_views(options, number), 24), 49.7);  // p = 0.001
}

TEST(DrawView, QuarterTurnsAreEquallyFrequentWhereWanted) {
  ViewOptions options;
  const auto turns = [](const View& view) { return view.quarter_turns; };
  expect_share(numbers_of_views(options, turns), 0);
  options.quarter_turns = 1;
  EXPECT_LT(chi_squared(numbers_of_views(options, turns), 4), 16.3);  // p = 0.001
}

TEST(RenderView, AViewOfTheWholeImageIsTheImage) {
  Random random(1, Stream::drawing);
  std::vector<uint8_t> image(9 * 9 * 3);
  for (uint8_t& byte : image) byte = static_cast<uint8_t>(random.below(256));
  View view;
  view.crop = {0, 0, 9, 9};
  for (const bool jitter : {false, true}) {
    view.jitter = jitter;
    std::vector<float> out(image.size());
    render_view(view, image, 9, 9, out);
    for (int i = 0; i < 81 * 3; ++i) {
      EXPECT_NEAR(out[(i % 3) * 81 + i / 3], image[i] / 255.0, 1e-6);
    }
  }
}

void expect_as_defined(const View& view, int side, int out_side) {
  const std::vector<uint8_t> image = plain::random_bytes(3 * side * side, side);
  std::vector<float> out(3 * out_side * out_side);
  render_view(view, image, side, out_side, out);
  const plain::Image expected = plain::render_view(view, image, side, out_side);
  EXPECT_LT(plain::largest_difference(out, expected.values), 5e-5) << side << " to " << out_side;
}

TEST(RenderView, FollowsItsDefinitionAtEverySize) {
  ViewOptions coloured_medical = medical_views();
  coloured_medical.colour_jitter = 1;
  Random random(15, Stream::views);
  for (const int side : {1, 3, 7, 31, 32, 33, 96}) {
    for (const int out_side : {1, 5, 7, 31, 32, 33, 64, 96}) {
      expect_as_defined(draw_view(natural_views(), side, random), side, out_side);
      expect_as_defined(draw_view(natural_views(), side, random), side, out_side);
      expect_as_defined(draw_view(coloured_medical, side, random), side, out_side);
    }
  }
}

TEST(RenderView, FollowsItsDefinitionForCropsOnePixelWide) {
  View view;
  view.jitter = true;
  view.hue = 0.3;
  for (const Crop& crop : {Crop{0, 0, 1, 1}, {32, 32, 1, 1}, {0, 32, 33, 1}, {32, 0, 1, 33}}) {
    view.crop = crop;
    for (const int out_side : {1, 3, 33, 64}) expect_as_defined(view, 33, out_side);
  }
}

TEST(RenderView, StaysBetweenBlackAndWhite) {
  ViewOptions options = medical_views();
  options.colour_jitter = 1;
  options.brightness = options.contrast = options.saturation = 3;
  options.hue = 0.5;
  Random random(5, Stream::views);
  std::vector<uint8_t> image(20 * 20 * 3);
  for (uint8_t& byte : image) byte = random.chance(0.5) ? 255 : 0;
  std::vector<float> out(3 * 32 * 32);
  for (int i = 0; i < 500; ++i) {
    render_view(draw_view(options, 20, random), image, 20, 32, out);
    EXPECT_GE(*std::ranges::min_element(out), 0);
    EXPECT_LE(*std::ranges::max_element(out), 1);
  }
}

TEST(RenderView, TurnsThenCropsThenMirrors) {
  // One white pixel in the upper right corner. A quarter turn brings it to the upper left, the crop
  // of the left half keeps it, and the two mirrors bring it to the lower right.
  constexpr int side = 4;
  std::vector<uint8_t> image(side * side * 3);
  std::fill_n(image.begin() + 3 * (side - 1), 3, uint8_t{255});
  View view;
  view.quarter_turns = 1;
  view.crop = {0, 0, 2, 2};
  view.flip = view.vertical_flip = true;
  std::vector<float> out(3 * 2 * 2);
  render_view(view, image, side, 2, out);
  EXPECT_EQ(out, (std::vector<float>{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}));
}

TEST(Presets, MedicalViewsKeepAConstantColour) {
  const uint8_t colour[] = {201, 34, 117};
  std::vector<uint8_t> image(24 * 24 * 3);
  for (size_t i = 0; i < image.size(); ++i) image[i] = colour[i % 3];
  Random random(8, Stream::views);
  std::vector<float> out(3 * 24 * 24);
  for (int i = 0; i < 200; ++i) {
    render_view(draw_view(views_of_preset("medical"), 24, random), image, 24, 24, out);
    for (int c = 0; c < 3; ++c) {
      const auto [least, most] =
          std::minmax_element(out.begin() + c * 576, out.begin() + (c + 1) * 576);
      EXPECT_NEAR(*least, colour[c] / 255.0, 1e-6);
      EXPECT_NEAR(*most, colour[c] / 255.0, 1e-6);
    }
  }
}

TEST(Presets, MedicalViewsComeAtEveryAngle) {
  const auto angle = [](const View& view) { return 90 * view.quarter_turns + view.rotation; };
  expect_uniform(numbers_of_views(views_of_preset("medical"), angle), -45, 315);
}

TEST(Presets, DigitsAreOnlyCropped) {
  Random random(8, Stream::views);
  for (int i = 0; i < 1000; ++i) {
    const View view = draw_view(views_of_preset("digits"), 28, random);
    EXPECT_FALSE(view.flip || view.vertical_flip || view.jitter || view.grey);
    EXPECT_EQ(view.quarter_turns, 0);
    EXPECT_EQ(view.rotation, 0);
  }
}

std::string answer_to(const std::function<void()>& question) {
  try {
    question();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Presets, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  EXPECT_EQ(answer_to([] { views_of_preset("photos"); }),
            "views \"photos\": no such preset; there are natural, medical and digits");
}

TEST(ValidateViewOptions, AcceptsThePresets) {
  for (const auto* name : {"natural", "medical", "digits"}) {
    EXPECT_NO_THROW(validate(views_of_preset(name)));
  }
}

TEST(ValidateViewOptions, AnswersInSentences) {
  ViewOptions options;
  options.crop_area_low = 0.9;
  options.crop_area_high = 0.2;
  EXPECT_EQ(answer_to([&] { validate(options); }),
            "crop-scale 0.9,0.2: the smaller share comes first; both lie in (0, 1]");
}

TEST(ValidateViewOptions, NamesTheOptionThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  struct Wrong {
    std::string name;
    double ViewOptions::*option;
    std::vector<double> values;
  };
  const std::vector<Wrong> wrongs = {
      {"crop-scale", &ViewOptions::crop_area_low, {0, -1, 1.1, nan}},
      {"crop-scale", &ViewOptions::crop_area_high, {0.1, 1.1, nan}},
      {"crop-aspect", &ViewOptions::crop_aspect_low, {0, 2, nan}},
      {"crop-aspect", &ViewOptions::crop_aspect_high, {0.5, infinity, nan}},
      {"flip", &ViewOptions::flip, {-0.1, 1.1, nan}},
      {"vertical-flip", &ViewOptions::vertical_flip, {-0.1, 1.1, nan}},
      {"colour-jitter", &ViewOptions::colour_jitter, {-0.1, 1.1, nan}},
      {"grey", &ViewOptions::grey, {-0.1, 1.1, nan}},
      {"brightness", &ViewOptions::brightness, {-0.1, infinity, nan}},
      {"contrast", &ViewOptions::contrast, {-0.1, infinity, nan}},
      {"saturation", &ViewOptions::saturation, {-0.1, infinity, nan}},
      {"hue", &ViewOptions::hue, {-0.1, 0.6, nan}},
      {"quarter-turns", &ViewOptions::quarter_turns, {-0.1, 1.1, nan}},
      {"rotation", &ViewOptions::rotation, {-1, 181, nan}}};
  for (const Wrong& wrong : wrongs) {
    for (const double value : wrong.values) {
      ViewOptions options;
      options.*wrong.option = value;
      const std::string answer = answer_to([&] { validate(options); });
      EXPECT_EQ(answer.substr(0, answer.find(' ')), wrong.name) << value;
    }
  }
}

}  // namespace
}  // namespace tsimcne
