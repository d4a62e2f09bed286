#include "tsimcne/explore/server.hpp"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/explore/page.hpp"
#include "tsimcne/explore/pixels.hpp"
#include "tsimcne/explore/selection.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {

namespace {

using httplib::Request;
using httplib::Response;
using Json = nlohmann::ordered_json;

constexpr size_t most_upload = size_t{64} << 20;      // bytes
constexpr int64_t most_original = int64_t{64} << 20;  // bytes; larger files are shown as packed
constexpr int64_t most_neighbors = 100;
constexpr size_t longest_label = 200;  // bytes
constexpr int packed_quality = 95;
constexpr int threads = 64;  // a browser that keeps its connection occupies one

/// An answer that is a refusal.
struct Refusal {
  int status;
  std::string sentence;
};

bool is_own_machine(const std::string& host) {
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", random());
  return token;
}

void refuse(Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_content(
      Json{{"error", refusal.sentence}}.dump(-1, ' ', false, Json::error_handler_t::replace),
      "application/json");
}

void answer(Response& response, const Json& json) {
  response.set_content(json.dump(-1, ' ', false, Json::error_handler_t::replace),
                       "application/json");
}

/// Sends bytes that other threads may send at the same time, without a copy of them.
void answer(Response& response, const std::shared_ptr<const std::string>& bytes) {
  response.set_content_provider(bytes->size(), "application/octet-stream",
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

struct Server::State {
  Exhibit exhibit;
  ServerOptions options;
  std::optional<Atlas> atlas;
  OwnLabels own_labels;
  std::string page, token, address;
  std::vector<std::string> hosts;  // by which the server may be called; empty: any
  std::mutex lock;                 // of what follows
  std::shared_ptr<const std::string> map, points, text;
  std::string progress;
  mutable std::mutex searching;  // one after another: a search takes all cores and much memory
  std::mutex placing;
  httplib::Server http;
  std::atomic<bool> serving = false, stopped = false;

  State(Exhibit the_exhibit, ServerOptions the_options);

  void bind();
  void route();
  std::optional<Refusal> objection(const Request& request) const;
  void make_map();
  int64_t image_in(const Request& request) const;
  std::vector<int64_t> images_in(const Json& json) const;
  Json nearest(std::span<const float> features, int64_t count, int64_t left_out) const;
  void send_atlas(const Request& request, Response& response) const;
  void send_image(const Request& request, Response& response) const;
  void send_neighbors(const Request& request, Response& response) const;
  void place(const Request& request, Response& response);
  void label(const Request& request, Response& response);
  void export_selection(const Request& request, Response& response);
};

Server::State::State(Exhibit the_exhibit, ServerOptions the_options)
    : exhibit(std::move(the_exhibit)),
      options(std::move(the_options)),
      own_labels(options.folder / labels_file, exhibit.map.catalog) {
  check_exhibit(exhibit);
  if (exhibit.images) {
    atlas.emplace(*exhibit.images, exhibit.map.points, sides_of_thumbnails(exhibit.images->side()));
  }
  page = served_page(exhibit.title, {.served = true,
                                     .placing = static_cast<bool>(options.place),
                                     .neighbors = !exhibit.map.features.empty(),
                                     .watching = options.watching});
  make_map();
  text = std::make_shared<const std::string>(text_columns(exhibit));
  bind();
  route();
}

void Server::State::make_map() {
  points = std::make_shared<const std::string>(point_columns(exhibit.map));
  map = std::make_shared<const std::string>(
      map_columns(exhibit, atlas ? &*atlas : nullptr, nullptr, own_labels.names()));
}

void Server::State::bind() {
  http.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  http.set_keep_alive_timeout(2);
  http.set_socket_options([](socket_t socket) {  // the library's own would share a port
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http.set_payload_max_length(most_upload);
  const std::string& host = options.host;
  int port = options.port;
  const bool listens =
      port == 0 ? (port = http.bind_to_any_port(host)) > 0 : http.bind_to_port(host, port);
  if (!listens && options.port == 0) {
    fail("{} cannot be listened on: expected an address of this machine", host);
  }
  if (!listens) {
    fail("{}:{} cannot be listened on: is another program there? --port 0 takes a free one", host,
         options.port);
  }
  const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
  address = fmt::format("http://{}:{}/", name, port);
  if (is_own_machine(host)) {
    for (const char* own : {"127.0.0.1", "localhost", "[::1]"}) {
      hosts.push_back(fmt::format("{}:{}", own, port));
    }
  } else {
    token = random_token();
    address += "?token=" + token;
  }
}

/// A page of another site can make a browser ask us, but not under one of our own names, nor with
/// the token.
std::optional<Refusal> Server::State::objection(const Request& request) const {
  const std::string host = request.get_header_value("Host");
  if (!hosts.empty() && std::ranges::find(hosts, host) == hosts.end()) {
    return Refusal{403, fmt::format("this server is not called {}", host)};
  }
  if (!token.empty() && request.get_header_value("X-Tsimcne-Token") != token &&
      request.get_param_value("token") != token) {
    return Refusal{403, "the token is missing or wrong: take the whole address that was printed"};
  }
  const std::string origin = request.get_header_value("Origin");
  if (request.method != "GET" && !origin.empty() && origin != "http://" + host) {
    return Refusal{403, fmt::format("pages of {} are not listened to", origin)};
  }
  return std::nullopt;
}

int64_t Server::State::image_in(const Request& request) const {
  const int64_t image = number_in(request.matches[1]);
  if (image < 0 || image >= exhibit.map.size()) {
    throw Refusal{404, fmt::format("there is no image {}; the map has {}",
                                   std::string(request.matches[1]), exhibit.map.size())};
  }
  return image;
}

/// The member "ids", each once, ascending.
std::vector<int64_t> Server::State::images_in(const Json& json) const {
  auto images = json.at("ids").get<std::vector<int64_t>>();
  std::ranges::sort(images);
  const auto repeated = std::ranges::unique(images);
  images.erase(repeated.begin(), repeated.end());
  if (images.empty()) throw Refusal{400, "no image is selected"};
  if (images.front() < 0 || images.back() >= exhibit.map.size()) {
    throw Refusal{400, fmt::format("the map has images 0 to {}", exhibit.map.size() - 1)};
  }
  return images;
}

Json Server::State::nearest(std::span<const float> features, int64_t count,
                            int64_t left_out) const {
  const Matrix& all = exhibit.map.features;
  const int64_t k = std::clamp<int64_t>(count, 1, std::min(most_neighbors, all.rows - 1));
  const Neighbors found = [&] {
    const std::lock_guard guard(searching);
    return find_neighbors(one_row(features), all, k, std::array{left_out});
  }();
  Json ids = Json::array(), distances = Json::array();
  for (const int64_t image : found.row(0)) {
    ids.push_back(image);
    distances.push_back(distance(features, all.row(image)));
  }
  return {{"ids", ids}, {"distances", distances}};
}

void Server::State::send_atlas(const Request& request, Response& response) const {
  const int64_t level = number_in(request.matches[1]), page_number = number_in(request.matches[2]);
  if (!atlas || level >= std::ssize(atlas->levels()) ||
      page_number >= atlas->levels()[static_cast<size_t>(level)].pages) {
    throw Refusal{404, "the atlas has no such page"};
  }
  response.set_content(atlas->page(static_cast<size_t>(level), page_number), "image/jpeg");
}

/// The file as it was given, where a browser can show it; else what the run holds of it.
void Server::State::send_image(const Request& request, Response& response) const {
  const int64_t image = image_in(request);
  if (const auto file = original_file(exhibit, image);
      file && std::filesystem::file_size(*file) <= most_original) {
    const std::string bytes = read_whole_file(*file, most_original);
    if (const std::string type = browser_type(bytes); !type.empty()) {
      return response.set_content(bytes, type);
    }
  }
  if (!exhibit.images) throw Refusal{404, "the run holds no images, and their files are gone"};
  Pixels pixels(exhibit.images->side());
  std::ranges::copy(exhibit.images->pixels(image), pixels.values.begin());
  response.set_content(encode_jpeg(pixels, packed_quality), "image/jpeg");
}

void Server::State::send_neighbors(const Request& request, Response& response) const {
  const int64_t image = image_in(request);
  if (exhibit.map.features.empty() || exhibit.map.size() < 2) {
    throw Refusal{404, "neighbours in features are not known here"};
  }
  const int64_t count =
      request.has_param("count") ? number_in(request.get_param_value("count")) : 12;
  answer(response, nearest(exhibit.map.features.row(image), count, image));
}

void Server::State::place(const Request& request, Response& response) {
  if (!options.place) throw Refusal{404, "new images cannot be placed here"};
  Placed placed;
  {
    const std::lock_guard guard(placing);
    placed = options.place(request.body);
  }
  Json json{{"x", placed.point.at(0)}, {"y", placed.point.at(1)}};
  if (placed.point.size() > 2) json["z"] = placed.point[2];
  const bool comparable = std::ssize(placed.features) == exhibit.map.features.cols;
  json.update(comparable && exhibit.map.size() > 1
                  ? nearest(placed.features, 12, -1)
                  : Json{{"ids", Json::array()}, {"distances", Json::array()}});
  answer(response, json);
}

/// A training shows some of the images, and their labels alone would take those of all others away.
void Server::State::label(const Request& request, Response& response) {
  if (options.watching) throw Refusal{409, "labels can be written when the training has ended"};
  const Json json = Json::parse(request.body);
  const std::string name = json.at("label");
  if (name.size() > longest_label) {
    throw Refusal{
        400, fmt::format("a label may have {} bytes; this has {}", longest_label, name.size())};
  }
  const std::vector<int64_t> images = images_in(json);
  const std::lock_guard guard(lock);
  own_labels.set(images, name);
  make_map();
  answer(response,
         {{"file", own_labels.table().filename().string()}, {"count", std::ssize(images)}});
}

void Server::State::export_selection(const Request& request, Response& response) {
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
  std::unique_lock guard(lock, std::defer_lock);
  if (options.watching) guard.lock();  // the points move
  const auto folder =
      write_selection(exhibit, images, wanted->second, json.at("name"), options.folder);
  answer(response, {{"folder", folder.string()}, {"count", std::ssize(images)}});
}

void Server::State::route() {
  http.set_default_headers({{"Content-Security-Policy", served_policy()},
                            {"X-Content-Type-Options", "nosniff"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Cross-Origin-Resource-Policy", "same-origin"},
                            {"Cache-Control", "no-store"}});
  http.set_pre_routing_handler([this](const Request& request, Response& response) {
    const auto refusal = objection(request);
    if (!refusal) return httplib::Server::HandlerResponse::Unhandled;
    refuse(response, *refusal);
    response.set_header("Connection", "close");  // the body, if there is one, is not read
    return httplib::Server::HandlerResponse::Handled;
  });
  http.set_exception_handler([](const Request&, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const Refusal& refusal) {
      refuse(response, refusal);
    } catch (const Json::exception& error) {
      refuse(response, {400, fmt::format("the request is not as expected: {}", error.what())});
    } catch (const Error& error) {
      refuse(response, {422, error.what()});
    } catch (const std::exception& error) {
      refuse(response, {500, error.what()});
    }
  });
  http.set_error_handler([](const Request&, Response& response) {
    if (!response.body.empty()) return;
    refuse(response,
           {response.status, response.status == 413
                                 ? fmt::format("the file is larger than {} MB", most_upload >> 20)
                                 : "there is nothing at this address"});
  });
  http.Get("/", [this](const Request&, Response& response) {
    response.set_content(page, "text/html; charset=utf-8");
  });
  http.Get("/map.bin", [this](const Request&, Response& response) {
    const std::lock_guard guard(lock);
    answer(response, map);
  });
  http.Get("/points.bin", [this](const Request&, Response& response) {
    const std::lock_guard guard(lock);
    answer(response, points);
  });
  http.Get("/progress", [this](const Request&, Response& response) {
    const std::lock_guard guard(lock);
    if (progress.empty()) throw Refusal{404, "no training goes on here"};
    response.set_content(progress, "application/json");
  });
  http.Get("/text.bin", [this](const Request&, Response& response) { answer(response, text); });
  const auto on = [this](void (State::*handle)(const Request&, Response&)) {
    return [this, handle](const Request& request, Response& response) {
      (this->*handle)(request, response);
    };
  };
  const auto on_reading = [this](void (State::*handle)(const Request&, Response&) const) {
    return [this, handle](const Request& request, Response& response) {
      (this->*handle)(request, response);
    };
  };
  http.Get(R"(/atlas/(\d{1,2})/(\d{1,9}))", on_reading(&State::send_atlas));
  http.Get(R"(/image/(\d{1,9}))", on_reading(&State::send_image));
  http.Get(R"(/neighbors/(\d{1,9}))", on_reading(&State::send_neighbors));
  http.Post("/place", on(&State::place));
  http.Post("/labels", on(&State::label));
  http.Post("/exports", on(&State::export_selection));
}

Server::Server(Exhibit exhibit, ServerOptions options)
    : state_(std::make_unique<State>(std::move(exhibit), std::move(options))) {}

Server::~Server() = default;

const std::string& Server::address() const {
  return state_->address;
}

void Server::serve() {
  state_->serving = true;
  if (!state_->stopped) state_->http.listen_after_bind();
  state_->serving = false;
}

/// The library overlooks a stop that comes before its loop has begun.
void Server::stop() {
  state_->stopped = true;
  while (state_->serving && !state_->http.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  state_->http.stop();
}

void Server::move(const Matrix& points) {
  const std::lock_guard guard(state_->lock);
  state_->exhibit.map.points = points;
  state_->make_map();
}

void Server::tell(std::string progress) {
  const std::lock_guard guard(state_->lock);
  state_->progress = std::move(progress);
}

}  // namespace tsimcne
