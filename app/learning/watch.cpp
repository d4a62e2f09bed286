#include "app/learning/watch.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/learning/open_browser.hpp"
#include "app/learning/run_exhibit.hpp"
#include "app/say.hpp"
#include "app/stop.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int64_t most_shown = 2000;  // images, so that placing them is quick
constexpr std::chrono::seconds between_words{1};
constexpr std::chrono::milliseconds between_looks{100};  // at whether the program is to stop

ImageSet some_of(const ImageSet& images) {
  Random random(0, Stream::subset);
  std::vector<int64_t> chosen = random_order(images.size(), random);
  chosen.resize(static_cast<size_t>(std::min(images.size(), most_shown)));
  std::ranges::sort(chosen);
  return take_images(images, chosen);
}

/// Axes have no sign of their own: mirrors those along which the points would jump to the other
/// side.
void mirror_like(const Matrix& before, Matrix& points) {
  for (size_t axis = 0; axis < static_cast<size_t>(points.cols); ++axis) {
    double agreement = 0;
    for (int64_t i = 0; i < points.rows; ++i)
      agreement += before.row(i)[axis] * points.row(i)[axis];
    if (agreement >= 0) continue;
    for (int64_t i = 0; i < points.rows; ++i) points.row(i)[axis] *= -1;
  }
}

/// The method's points of the images, or, where they are no map yet, their principal components.
Matrix places_of(const Method& method, const ImageSet& images, const Matrix& before) {
  Matrix points = method.places(images);
  if (points.cols <= 3) return points;
  points = project(principal_axes(points, 2), points);
  if (before.cols == points.cols) mirror_like(before, points);
  return points;
}

}  // namespace

Watch::Watch(const Run& run)
    : run_(run),
      shown_(some_of(*run.input().images)),
      points_(places_of(run.method(), shown_, {})) {
  Exhibit exhibit;
  exhibit.title = run.folder().name();
  exhibit.map.points = points_;
  exhibit.map.catalog = shown_.catalog();
  exhibit.images = shown_;
  server_ = std::make_unique<Server>(
      std::move(exhibit), ServerOptions{.folder = run.folder().path(), .watching = true});
  tell_progress("training");
  thread_ = std::thread([this] { server_->serve(); });
  say("Watch {} of the images at {}\n", shown_.size(), server_->address());
  open_browser(server_->address());
}

Watch::~Watch() {
  server_->stop();
  thread_.join();
}

void Watch::show() {
  move_();
  if (const auto now = Sparing::Clock::now(); now - told_ > between_words) {
    told_ = now;
    tell_progress("training");
  }
}

void Watch::tell_writing() {
  tell_progress(run_.finished() ? "writing" : "stopped");
}

void Watch::show_finished() {
  server_->replace(exhibit_of(run_.folder()), placing_of(run_.folder()));
  tell_progress("finished");
  say("The finished map is at {}\nCtrl-C ends this\n", server_->address());
  while (!stop_requested()) std::this_thread::sleep_for(between_looks);
}

void Watch::move_points() {
  Matrix points = places_of(run_.method(), shown_, points_);
  if (points.cols != points_.cols) return;  // a third dimension cannot come while the page looks on
  points_ = std::move(points);
  ++version_;
  server_->move(points_);
}

void Watch::tell_progress(const char* state) {
  const Progress at = run_.method().progress();
  nlohmann::ordered_json losses = nlohmann::ordered_json::array();
  for (const EpochRecord& epoch : run_.method().history()) {
    losses.push_back({{"stage", epoch.stage},
                      {"loss", epoch.loss},
                      {"attraction", epoch.attraction},
                      {"repulsion", epoch.repulsion}});
  }
  const std::string resume =
      fmt::format("tsimcne fit -o {} --resume --watch", run_.folder().path().string());
  const bool in_training = std::string_view(state) == "training";
  server_->tell(
      nlohmann::ordered_json{{"state", state},
                             {"resume", resume},
                             {"stage", at.stage},
                             {"stages", at.stages},
                             {"epoch", at.epoch},
                             {"epochs", at.epochs},
                             {"secondsLeft", in_training ? at.seconds_left.value_or(0) : 0},
                             {"version", version_},
                             {"losses", std::move(losses)}}
          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace tsimcne
