#include "tsimcne/explore/answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/page.hpp"
#include "tsimcne/explore/selection.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

using httplib::Response;

constexpr int64_t most_original = int64_t{64} << 20;  // bytes; larger files are shown as packed
constexpr int64_t most_neighbors = 100;
constexpr size_t longest_label = 200;  // bytes

void answer(Response& response, const Json& json) {
  response.set_content(text_of(json), "application/json");
}

/// Sends bytes that other threads may send at the same time: without a copy of them, and as they
/// are, where the library would take a second to compress a page that goes to this machine itself.
void answer(Response& response, const std::shared_ptr<const std::string>& bytes,
            const char* type = "application/octet-stream") {
  response.set_content_provider(bytes->size(), type,
                                [bytes](size_t offset, size_t length, httplib::DataSink& sink) {
                                  return sink.write(bytes->data() + offset, length);
                                });
}

int64_t number_in(const std::string& text) {
  int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The type of an image that browsers show, by its first bytes; "" of any other file.
std::string browser_type(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return "image/webp";
  return "";
}

/// The file of an image as it was given; nothing where there is none that can be read and sent.
std::optional<std::string> original_bytes(const Exhibit& exhibit, int64_t image) try {
  const auto file = original_file(exhibit, image);
  if (!file) return std::nullopt;
  return read_whole_file(*file, most_original);
} catch (const Error&) {
  return std::nullopt;
}

Matrix one_row(std::span<const float> values) {
  Matrix matrix(1, std::ssize(values));
  std::ranges::copy(values, matrix.values.begin());
  return matrix;
}

double distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::pow(a[i] - b[i], 2);
  return std::sqrt(sum);
}

}  // namespace

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Answers::Answers(Exhibit exhibit, ServerOptions options, Worker& worker)
    : exhibit_(std::move(exhibit)),
      options_(std::move(options)),
      mark_(map_mark(exhibit_)),
      worker_(worker),
      own_labels_(options_.folder / labels_file, exhibit_.map.catalog) {
  check_exhibit(exhibit_);
  if (exhibit_.images) {
    atlas_.emplace(*exhibit_.images, exhibit_.map.points,
                   sides_of_thumbnails(exhibit_.images->side()));
  }
  const PageConfig config{.served = true,
                          .placing = static_cast<bool>(options_.place),
                          .neighbors = !exhibit_.map.features.empty(),
                          .watching = options_.watching,
                          .links = source_file(exhibit_, 0).has_value(),
                          .map = mark_};
  page_ = std::make_shared<const std::string>(served_page(exhibit_.title, config));
  config_ = std::make_shared<const std::string>(page_config(exhibit_.title, config));
  make_map();
  text_ = std::make_shared<const std::string>(text_columns(exhibit_));
}

void Answers::make_map() {
  points_ = std::make_shared<const std::string>(point_columns(exhibit_.map));
  map_ = std::make_shared<const std::string>(
      map_columns(exhibit_, atlas_ ? &*atlas_ : nullptr, nullptr, own_labels_.names()));
}

void Answers::move(const Matrix& points) {
  const std::lock_guard guard(lock_);
  exhibit_.map.points = points;
  make_map();
}

int64_t Answers::image_in(const Request& request) const {
  const int64_t image = number_in(request.matches[1]);
  if (image < 0 || image >= exhibit_.map.size()) {
    throw Refusal{404, fmt::format("there is no image {}; the map has {}",
                                   std::string(request.matches[1]), exhibit_.map.size())};
  }
  return image;
}

/// The member "ids", each once, ascending.
std::vector<int64_t> Answers::images_in(const Json& json) const {
  auto images = json.at("ids").get<std::vector<int64_t>>();
  std::ranges::sort(images);
  const auto repeated = std::ranges::unique(images);
  images.erase(repeated.begin(), repeated.end());
  if (images.empty()) throw Refusal{400, "no image is selected"};
  if (images.front() < 0 || images.back() >= exhibit_.map.size()) {
    throw Refusal{400, fmt::format("the map has images 0 to {}", exhibit_.map.size() - 1)};
  }
  return images;
}

Json Answers::nearest(std::span<const float> features, int64_t count, int64_t left_out) {
  const Matrix& all = exhibit_.map.features;
  const int64_t k = std::clamp<int64_t>(count, 1, std::min(most_neighbors, all.rows - 1));
  const Neighbors found =
      worker_.run([&] { return find_neighbors(one_row(features), all, k, std::array{left_out}); });
  Json ids = Json::array(), distances = Json::array();
  for (const int64_t image : found.row(0)) {
    ids.push_back(image);
    distances.push_back(distance(features, all.row(image)));
  }
  return {{"ids", ids}, {"distances", distances}};
}

void Answers::send_page(const Request&, Response& response) {
  answer(response, page_, "text/html; charset=utf-8");
}

void Answers::send_config(const Request&, Response& response) {
  answer(response, config_, "application/json");
}

void Answers::send_map(const Request&, Response& response) {
  const std::lock_guard guard(lock_);
  answer(response, map_);
}

void Answers::send_points(const Request&, Response& response) {
  const std::lock_guard guard(lock_);
  answer(response, points_);
}

void Answers::send_text(const Request&, Response& response) {
  answer(response, text_);
}

void Answers::send_atlas(const Request& request, Response& response) {
  const int64_t level = number_in(request.matches[1]), page_number = number_in(request.matches[2]);
  if (!atlas_ || level >= std::ssize(atlas_->levels()) ||
      page_number >= atlas_->levels()[static_cast<size_t>(level)].pages) {
    throw Refusal{404, "the atlas has no such page"};
  }
  response.set_content(atlas_->page(static_cast<size_t>(level), page_number), "image/jpeg");
}

/// The file as it was given, where a browser can show it; else what the run holds of it.
void Answers::send_image(const Request& request, Response& response) {
  const int64_t image = image_in(request);
  if (const auto bytes = original_bytes(exhibit_, image)) {
    if (const std::string type = browser_type(*bytes); !type.empty()) {
      return response.set_content(*bytes, type);
    }
  }
  if (!exhibit_.images) throw Refusal{404, "the run holds no images, and their files are gone"};
  response.set_content(packed_jpeg(exhibit_, image), "image/jpeg");
}

void Answers::send_neighbors(const Request& request, Response& response) {
  const int64_t image = image_in(request);
  if (exhibit_.map.features.empty() || exhibit_.map.size() < 2) {
    throw Refusal{404, "neighbours in features are not known here"};
  }
  const int64_t count =
      request.has_param("count") ? number_in(request.get_param_value("count")) : 12;
  answer(response, nearest(exhibit_.map.features.row(image), count, image));
}

void Answers::place(const Request& request, Response& response) {
  if (!options_.place) throw Refusal{404, "new images cannot be placed here"};
  const Placed placed = worker_.run([&] { return options_.place(request.body); });
  Json json{{"x", placed.point.at(0)}, {"y", placed.point.at(1)}};
  if (placed.point.size() > 2) json["z"] = placed.point[2];
  const bool comparable = std::ssize(placed.features) == exhibit_.map.features.cols;
  json.update(comparable && exhibit_.map.size() > 1
                  ? nearest(placed.features, 12, -1)
                  : Json{{"ids", Json::array()}, {"distances", Json::array()}});
  answer(response, json);
}

/// A training shows some of the images, and their labels alone would take those of all others away.
void Answers::label(const Request& request, Response& response) {
  if (options_.watching) throw Refusal{409, "labels can be written when the training has ended"};
  const Json json = Json::parse(request.body);
  const std::string name = json.at("label");
  if (name.size() > longest_label) {
    throw Refusal{
        400, fmt::format("a label may have {} bytes; this has {}", longest_label, name.size())};
  }
  const std::vector<int64_t> images = images_in(json);
  const std::lock_guard guard(lock_);
  own_labels_.set(images, name);
  make_map();
  answer(response,
         {{"file", own_labels_.table().filename().string()}, {"count", std::ssize(images)}});
}

void Answers::export_selection(const Request& request, Response& response) {
  const Json json = Json::parse(request.body);
  const std::string kind = json.at("kind");
  constexpr std::array<std::pair<std::string_view, SelectionKind>, 3> kinds{
      {{"csv", SelectionKind::csv},
       {"copies", SelectionKind::copies},
       {"links", SelectionKind::links}}};
  const auto wanted = std::ranges::find(kinds, kind, [](const auto& known) { return known.first; });
  if (wanted == kinds.end()) {
    throw Refusal{400, fmt::format("\"{}\" is no kind of export: csv, copies or links", kind)};
  }
  const std::vector<int64_t> images = images_in(json);
  std::unique_lock guard(lock_);
  const std::vector<std::string> own_labels = own_labels_.names();
  if (!options_.watching) guard.unlock();  // else the points move
  const WrittenSelection written = write_selection(exhibit_, images, wanted->second,
                                                   json.at("name"), options_.folder, own_labels);
  answer(response, {{"folder", written.folder.string()},
                    {"count", std::ssize(images)},
                    {"fromRun", written.from_run},
                    {"side", exhibit_.images ? exhibit_.images->side() : 0}});
}

}  // namespace tsimcne
