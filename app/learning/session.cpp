#include "app/learning/session.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/learning/open_browser.hpp"
#include "app/learning/run_exhibit.hpp"
#include "app/say.hpp"
#include "app/stop.hpp"
#include "tsimcne/explore/pixels.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/layout/procrustes.hpp"
#include "tsimcne/measure/rows.hpp"

namespace tsimcne {
namespace {

constexpr int64_t most_shown = 20'000;  // images, so that placing them is quick
constexpr int first_side = 8;           // pixels, by which images are placed at first
constexpr double usual_extent = 20;     // of a map, about its middle, root mean square
constexpr std::chrono::milliseconds between_words{500};
constexpr std::chrono::milliseconds between_looks{100};  // at whether the program is to stop
constexpr std::chrono::seconds time_to_be_heard{3};      // by a page that asks now and then

/// Two principal components of rows that are no map yet, in the extent of one.
Matrix flat(const Matrix& rows, const Matrix& before) {
  Matrix points = project(principal_axes(rows, 2), rows);
  double squares = 0;
  for (const float value : points.values) squares += double{value} * value;
  const double extent = std::sqrt(squares / static_cast<double>(points.rows));
  if (extent > 0) {
    for (float& value : points.values) value *= static_cast<float>(usual_extent / extent);
  }
  if (before.cols == points.cols && before.rows == points.rows)
    points = turned_like(before, points);
  return points;
}

/// The images by a few pixels each.
Matrix small_pixels(const ImageSet& images) {
  const int side = std::min(images.side(), first_side);
  Matrix rows(images.size(), int64_t{3} * side * side);
  Pixels small(side);
  for (int64_t i = 0; i < images.size(); ++i) {
    shrink_into(small, 0, 0, side, images.pixels(i), images.side());
    std::ranges::copy(small.values, rows.row(i).begin());
  }
  return rows;
}

std::vector<int64_t> some_of(int64_t images) {
  if (images > most_shown) return random_rows(images, most_shown, /*seed=*/0);
  std::vector<int64_t> all(static_cast<size_t>(images));
  std::iota(all.begin(), all.end(), int64_t{0});
  return all;
}

std::string without_line_end(std::string_view words) {
  while (words.ends_with('\n')) words.remove_suffix(1);
  return std::string(words.substr(words.rfind('\n') + 1));
}

}  // namespace

Session::Session(const std::filesystem::path& folder, const ExploreOptions& where)
    : folder_(folder), where_(where) {
  server_ = std::make_unique<Server>(name_of_run(folder),
                                     ServerOptions{.host = where.host,
                                                   .port = where.port,
                                                   .public_address = where.public_address,
                                                   .folder = folder,
                                                   .watching = true,
                                                   .stop = [this] { stop_asked_ = true; }});
  tell("decoding", "");
  thread_ = std::thread([this] { server_->serve(); });
}

Session::~Session() {
  server_->stop();
  thread_.join();
}

/// Once it is known that there is something to show.
void Session::announce() {
  if (std::exchange(announced_, true)) return;
  say("Watch it at {}\n", server_->address());
  show_way(server_->address(), server_->port(), where_);
}

Listener Session::listener(Listener inner) {
  Listener both = inner;
  both.say = [this, say = inner.say](const std::string& words) {
    if (say) say(words);
    if (!points_.empty()) tell("learning", without_line_end(words));
  };
  both.count = [this, count = inner.count](std::string_view doing, int64_t done, int64_t total) {
    tell_counting(doing, done, total);
    if (count) count(doing, done, total);
  };
  both.decoded = [this](std::span<const uint8_t> pixels, int side) {
    server_->arrive(pixels, side);
    announce();
  };
  both.opened = [this](const Input& input) { open(input); };
  return both;
}

/// Places the images by their colours and shows them.
void Session::open(const Input& input) {
  shown_ = some_of(input.size());
  const bool all = std::ssize(shown_) == input.size();
  const ImageSet images = all ? *input.images : take_images(*input.images, shown_);
  points_ = flat(small_pixels(images), {});
  Exhibit exhibit;
  exhibit.title = name_of_run(folder_);
  exhibit.map.points = points_;
  exhibit.map.catalog = images.catalog();
  exhibit.images = images;
  server_->watch(std::move(exhibit));
  tell("learning", "Each image is placed by its colours, until more is known");
  announce();
}

void Session::show(const Run& run) {
  run_ = &run;
  move_();
  if (const auto now = Sparing::Clock::now(); now - told_ > between_words) {
    tell("learning", run.method().progress().words, &run);
  }
}

void Session::tell_mapping(const Run& run) {
  tell(run.finished() ? "mapping" : "stopped", "", &run);
}

void Session::show_ready(const Run& run) {
  server_->replace(exhibit_of(run.folder()), placing_of(run.folder()));
  tell("ready", "", &run);
  say("The map is at {}\nCtrl-C ends this\n", server_->address());
  while (!stop_requested()) std::this_thread::sleep_for(between_looks);
}

void Session::tell_failure(const std::string& why) {
  if (!announced_) return;
  tell("failed", why);
  std::this_thread::sleep_for(time_to_be_heard);
}

void Session::move_points(const Run& run) {
  Matrix points = run.method().places(shown_);
  if (points.empty()) return;
  if (points.cols > 3) points = flat(points, points_);
  if (points.cols != points_.cols) return;  // a third dimension cannot come while the page looks on
  points_ = std::move(points);
  ++version_;
  server_->move(points_);
}

void Session::tell_counting(std::string_view doing, int64_t done, int64_t total) {
  done_ = done;
  total_ = total;
  if (Sparing::Clock::now() - told_ < between_words && done < total) return;
  if (points_.empty()) return tell("decoding", "");
  tell("learning", fmt::format("{} {} of {} images", doing, done, total));
}

void Session::tell(const char* state, const std::string& words, const Run* run) {
  told_ = Sparing::Clock::now();
  using Json = nlohmann::ordered_json;
  Json losses = Json::array();
  Progress at{.stage = 0, .stages = 0};
  if (run != nullptr) {
    at = run->method().progress();
    for (const EpochRecord& epoch : run->method().history()) {
      losses.push_back({{"stage", epoch.stage},
                        {"loss", epoch.loss},
                        {"attraction", epoch.attraction},
                        {"repulsion", epoch.repulsion}});
    }
  }
  const Json left = at.seconds_left ? Json(*at.seconds_left) : Json();
  server_->tell(Json{{"state", state},
                     {"resume", fmt::format("tsimcne {}", folder_.string())},
                     {"words", words},
                     {"done", done_},
                     {"total", total_},
                     {"stage", at.stage},
                     {"stages", at.stages},
                     {"epoch", at.epoch},
                     {"epochs", at.epochs},
                     {"secondsLeft", left},
                     {"version", version_},
                     {"losses", std::move(losses)}}
                    .dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace tsimcne
