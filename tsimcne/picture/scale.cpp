#include "tsimcne/picture/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tsimcne {

Transform fit(std::span<const Place> places, const Box& box, double inset) {
  const auto [west, east] = std::ranges::minmax(places, {}, &Place::x);
  const auto [south, north] = std::ranges::minmax(places, {}, &Place::y);
  const double width = east.x - west.x, height = north.y - south.y;
  const double one = width > 0 || height > 0 ? 0 : 1;
  Transform transform;
  transform.scale = std::min((box.width - 2 * inset) / std::max(width, one),
                             (box.height - 2 * inset) / std::max(height, one));
  transform.left = box.left + box.width / 2 - transform.scale * (west.x + width / 2);
  transform.top = box.top + box.height / 2 + transform.scale * (south.y + height / 2);
  return transform;
}

double round_length(double length) {
  const double power = std::pow(10, std::floor(std::log10(length)));
  const double digits = length / power;
  return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
}

void draw_scale_bar(Page& page, const Transform& transform, double left, double middle,
                    double longest) {
  const double length = round_length(longest / transform.scale), drawn = length * transform.scale;
  page.draw_line({left, middle}, {left + drawn, middle}, 1.2, ink);
  const Text text = page.set_text(fmt::format("{:g}", length), small_text);
  page.draw_text(text, left + drawn + 5, middle - text.height / 2, ink);
}

void draw_tripod(Page& page, const Transform& transform, double left, double bottom) {
  constexpr double longest = 26;
  const double length = round_length(longest / transform.scale), arm = length * transform.scale;
  const Spot foot{left + 6, bottom - 14};
  constexpr std::array<std::array<float, 3>, 3> axes{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (size_t i = 0; i < 3; ++i) {
    const Place tip = project(axes[i]);
    page.draw_line(foot, {foot.x + arm * tip.x, foot.y - arm * tip.y}, 1.2, ink);
    const Text name = page.set_text(std::string(1, "xyz"[i]), small_text);
    const double reach = std::hypot(tip.x, tip.y), beyond = 6;
    page.draw_text(name, foot.x + tip.x * (arm + beyond / reach) - name.width / 2,
                   foot.y - tip.y * (arm + beyond / reach) - name.height / 2, ink);
  }
  const Text text = page.set_text(fmt::format("axes of length {:g}", length), small_text);
  page.draw_text(text, foot.x + longest + 18, foot.y - text.height / 2, ink);
}

}  // namespace tsimcne
