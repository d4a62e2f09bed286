#include "tsimcne/picture/callouts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "tests/picture/drawn.hpp"

namespace tsimcne {
namespace {

using Callouts = Drawn;

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom();
}

bool holds(const Box& outer, const Box& inner) {
  constexpr double hair = 1e-9;
  return inner.left >= outer.left - hair && inner.top >= outer.top - hair &&
         inner.right() <= outer.right() + hair && inner.bottom() <= outer.bottom() + hair;
}

/// Twice the area of the triangle, positive where the way a, b, c turns right.
double turn(const Spot& a, const Spot& b, const Spot& c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool cross(const Spot& a, const Spot& b, const Spot& c, const Spot& d) {
  return turn(a, b, c) * turn(a, b, d) < -1e-6 && turn(c, d, a) * turn(c, d, b) < -1e-6;
}

/// Whether a line goes through the inside of a box.
bool crosses(const Spot& from, const Spot& to, const Box& box) {
  for (int i = 0; i <= 200; ++i) {
    const double x = from.x + (to.x - from.x) * i / 200, y = from.y + (to.y - from.y) * i / 200;
    const double within = std::min({x - box.left, box.right() - x, y - box.top, box.bottom() - y});
    if (within > 1e-6) return true;
  }
  return false;
}

std::array<Spot, 4> corners_of(const Box& box) {
  return {{{box.left, box.top},
           {box.right(), box.top},
           {box.left, box.bottom()},
           {box.right(), box.bottom()}}};
}

TEST_F(Callouts, BoxesStandApartAroundTheMapAndOnThePage) {
  for (const Box& room : {Box{12, 12, 480, 391},
                          {12, 12, 214, 197},
                          {12, 12, 214, 160},
                          {12, 12, 1000, 150},
                          {12, 30, 150, 1000}}) {
    for (const bool named : {false, true}) {
      for (int64_t count = 1; count <= 20; ++count) {
        const CalloutPlan plan = plan_callouts(room, count, named);
        EXPECT_LE(std::ssize(plan.places), count);
        EXPECT_GE(plan.places.size(), std::min<size_t>(count, 8))
            << room.width << " " << room.height;
        EXPECT_TRUE(holds(room, plan.room));
        EXPECT_GT(plan.room.width, 0.3 * room.width);
        EXPECT_GT(plan.room.height, 0.3 * room.height);
        for (size_t i = 0; i < plan.places.size(); ++i) {
          EXPECT_TRUE(holds(room, plan.places[i].box)) << count << ", " << i;
          EXPECT_FALSE(overlap(plan.places[i].box, plan.room));
          for (const Spot& corner : corners_of(plan.room)) {
            EXPECT_FALSE(std::ranges::any_of(plan.places,
                                             [&](const CalloutPlace& other) {
                                               return crosses(corner, plan.places[i].end,
                                                              other.box);
                                             }))
                << "a leader to a corner of the map lies over a box, " << count;
          }
          for (size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(overlap(plan.places[i].box, plan.places[j].box)) << count;
          }
        }
      }
    }
  }
}

TEST_F(Callouts, LeaveAMapInTheSmallestRooms) {
  for (const Box& room : {Box{12, 12, 120, 6}, {12, 12, 120, 103}, {12, 12, 1416, 103}}) {
    for (int64_t count = 1; count <= 20; ++count) {
      const CalloutPlan plan = plan_callouts(room, count, true);
      EXPECT_GT(plan.room.width, 20);
      EXPECT_GT(plan.room.height, 5);
      for (const CalloutPlace& place : plan.places) EXPECT_TRUE(holds(room, place.box));
    }
  }
}

TEST_F(Callouts, AllClassesOfAnOrdinaryPageHaveABox) {
  for (const int64_t count : {3, 10, 20}) {
    EXPECT_EQ(std::ssize(plan_callouts({12, 12, 480, 391}, count, true).places), count);
  }
  EXPECT_EQ(plan_callouts({12, 12, 214, 197}, 10, true).places.size(), 10u)
      << "a column of a paper";
}

TEST_F(Callouts, LeadersDoNotCross) {
  Random random(6, Stream::subset);
  for (int64_t count = 1; count <= 20; ++count) {
    const CalloutPlan plan = plan_callouts({12, 12, 480, 391}, count, true);
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::vector<Spot> peaks;
      const double spread = repeat % 2 == 0 ? 1 : 0.1;  // all over the map or in a corner of it
      for (size_t i = 0; i < plan.places.size(); ++i) {
        peaks.push_back({plan.room.left + plan.room.width * spread * random.uniform(),
                         plan.room.top + plan.room.height * spread * random.uniform()});
      }
      std::vector<size_t> place_of = assign_places(peaks, plan.places);
      for (size_t i = 0; i < peaks.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
          EXPECT_FALSE(cross(peaks[i], plan.places[place_of[i]].end, peaks[j],
                             plan.places[place_of[j]].end));
        }
      }
      std::ranges::sort(place_of);
      std::vector<size_t> all(peaks.size());
      std::iota(all.begin(), all.end(), size_t{0});
      EXPECT_EQ(place_of, all) << "each place is taken once";
    }
  }
}

TEST_F(Callouts, PeaksAtOnePlaceAreNoTrouble) {
  const CalloutPlan plan = plan_callouts({12, 12, 480, 391}, 7, true);
  const std::vector<Spot> peaks(plan.places.size(), plan.room.middle());
  EXPECT_EQ(assign_places(peaks, plan.places).size(), peaks.size());
}

TEST_F(Callouts, ShowTheImagesNearestToADensePlaceOfTheirClass) {
  const Map map = clouds(2000, 5);
  const Classes classes = find_classes(map.catalog, {});
  Scene scene{.map = map, .classes = classes, .places = project(map.points)};
  const auto callouts = find_callouts(scene, grid_over(scene.places));
  ASSERT_EQ(callouts.size(), 5u);
  for (const Callout& callout : callouts) {
    ASSERT_EQ(callout.images.size(), 6u);
    const int32_t label = map.catalog.labels[static_cast<size_t>(callout.images[0])];
    EXPECT_EQ(callout.name, map.catalog.label_names[static_cast<size_t>(label)]);
    const double angle = 2 * 3.14159265358979 * label / 5;
    EXPECT_LT(
        std::hypot(callout.peak.x - 12 * std::cos(angle), callout.peak.y - 9 * std::sin(angle)), 1);
    const auto distance = [&](int64_t i) {
      const Place& place = scene.places[static_cast<size_t>(i)];
      return std::hypot(place.x - callout.peak.x, place.y - callout.peak.y);
    };
    for (int64_t i = 0; i < map.size(); ++i) {
      if (map.catalog.labels[static_cast<size_t>(i)] != label) continue;
      const bool is_shown = std::ranges::find(callout.images, i) != callout.images.end();
      EXPECT_EQ(is_shown, distance(i) <= distance(callout.images.back()));
    }
  }
}

TEST_F(Callouts, FindClustersWhereThereAreNoLabels) {
  const Map map = without_labels(clouds(4000, 6));
  const Classes classes = find_classes(map.catalog, {});
  Scene scene{.map = map, .classes = classes, .places = project(map.points)};
  const auto callouts = find_callouts(scene, grid_over(scene.places));
  ASSERT_EQ(callouts.size(), 6u);
  std::vector<int64_t> clusters;
  for (const Callout& callout : callouts) {
    EXPECT_EQ(callout.name, "");
    clusters.push_back(callout.images[0] % 6);
  }
  std::ranges::sort(clusters);
  EXPECT_EQ(clusters, (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
}

TEST_F(Callouts, AreForHighlightedClassesAlone) {
  const Map map = clouds(500, 5);
  const std::vector<std::string> chosen{"class 1", "class 3"};
  const Classes classes = find_classes(map.catalog, chosen);
  Scene scene{.map = map, .classes = classes, .places = project(map.points)};
  const auto callouts = find_callouts(scene, grid_over(scene.places));
  ASSERT_EQ(callouts.size(), 2u);
  EXPECT_NE(callouts[0].name, callouts[1].name);
}

TEST_F(Callouts, ManyClassesHaveTwentyOfTheDensest) {
  const Map map = clouds(3000, 60);
  const Classes classes = find_classes(map.catalog, {});
  Scene scene{.map = map, .classes = classes, .places = project(map.points)};
  EXPECT_EQ(find_callouts(scene, grid_over(scene.places)).size(), 20u);
}

TEST_F(Callouts, TheirImagesStandAroundTheMap) {
  const Map map = clouds(2000, 4);
  const Pixels pixels = draw(map, images_of(map, 16), {.style = PictureStyle::annotated});
  const Colour cross_colour{40 / 255.0, 40 / 255.0, 40 / 255.0};
  int left = 0, middle = 0, right = 0;
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      if (!pixels.shows(x, y, cross_colour)) continue;
      ++(x < pixels.width / 5 ? left : x > pixels.width * 4 / 5 ? right : middle);
    }
  }
  EXPECT_GT(left, 500);
  EXPECT_GT(right, 500);
  EXPECT_LT(middle, left / 2) << "the scale bar and leaders";
}

}  // namespace
}  // namespace tsimcne
