#pragma once

#include <span>
#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/picture/density.hpp"
#include "tsimcne/picture/scene.hpp"

namespace tsimcne {

/// A dense place of a map and images of it.
struct Callout {
  Place peak{};
  std::vector<int64_t> images{};  // those nearest to the peak, nearest first
  std::string name{};             // of the class; "" where there are no classes
  Colour colour = ink;
};

/// The densest place of each class that is shown, classes with the densest first; without classes
/// the places where the density of all points has peaks. At most 20.
std::vector<Callout> find_callouts(const Scene& scene, const Grid& grid);

/// Where a call-out can stand.
struct CalloutPlace {
  Box box{};   // with a line for the name on top
  Spot end{};  // where its leader begins, on the side towards the map
};

/// How the page is divided between a map and the call-outs around it.
struct CalloutPlan {
  std::vector<CalloutPlace> places{};
  double image_side = 0;  // points
  Box room{};             // for the map
};

/// The height of the line for a call-out's name, in points.
constexpr double callout_name_height = 10;

/// Boxes for as many of `count` call-outs as fit around a map in `room`, evenly spread; larger
/// where they are fewer.
CalloutPlan plan_callouts(const Box& room, int64_t count, bool named);

/// Which place each call-out takes, so that the leaders from `peaks` to the places' ends do not
/// cross; as many places as peaks.
std::vector<size_t> assign_places(std::span<const Spot> peaks,
                                  std::span<const CalloutPlace> places);

void draw_callouts(Page& page, const Scene& scene, const ImageSet& images,
                   std::span<const Callout> callouts, const CalloutPlan& plan);

}  // namespace tsimcne
