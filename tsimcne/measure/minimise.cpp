#include "tsimcne/measure/minimise.hpp"

#include <cmath>
#include <deque>
#include <utility>
#include <vector>

namespace tsimcne {

namespace {

constexpr size_t history = 10;
constexpr double shortest = 1e-9;  // part of a step

struct Step {
  Eigen::VectorXd move, change;  // of the place, and of the gradient by that
  double product;                // of the two
};

/// The gradient times the inverse of the second derivative as the steps have shown it.
Eigen::VectorXd newton_step(const std::deque<Step>& steps, double scale, const Curvature& curvature,
                            Eigen::VectorXd gradient) {
  std::vector<double> parts;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    parts.push_back(step->move.dot(gradient) / step->product);
    gradient -= parts.back() * step->change;
  }
  Eigen::VectorXd result = scale * curvature(gradient);
  for (const Step& step : steps) {
    result += (parts.back() - step.change.dot(result) / step.product) * step.move;
    parts.pop_back();
  }
  return result;
}

struct Place {
  Eigen::VectorXd at, gradient;
  double value = 0;
};

/// Goes along a direction as far as the value falls enough (Armijo's rule), less the rounding of
/// its sums; false where no step is short enough.
bool go(const Objective& objective, const Eigen::VectorXd& direction, const Place& from,
        Place& to) {
  const double slope = from.gradient.dot(direction);
  for (double length = 1; length >= shortest; length /= 2) {
    to.at = from.at + length * direction;
    to.value = objective(to.at, to.gradient);
    if (to.value <= from.value + 1e-4 * length * slope + 1e-14 * std::abs(from.value)) return true;
  }
  return false;
}

}  // namespace

Minimum minimise(const Objective& objective, const Curvature& curvature, Eigen::VectorXd start,
                 double tolerance, int most_rounds) {
  Place here{std::move(start), {}, 0}, next;
  here.value = objective(here.at, here.gradient);
  std::deque<Step> steps;
  double scale = 1;
  for (int round = 0;; ++round) {
    if (here.gradient.lpNorm<Eigen::Infinity>() <= tolerance) return {here.at, round, true};
    const Eigen::VectorXd direction = -newton_step(steps, scale, curvature, here.gradient);
    if (round == most_rounds || !go(objective, direction, here, next)) {
      return {here.at, round, false};
    }
    Step step{next.at - here.at, next.gradient - here.gradient, 0};
    step.product = step.move.dot(step.change);
    std::swap(here, next);
    if (step.product <= 0) continue;  // rounding alone
    scale = step.product / step.change.dot(curvature(step.change));
    steps.push_back(std::move(step));
    if (steps.size() > history) steps.pop_front();
  }
}

}  // namespace tsimcne
