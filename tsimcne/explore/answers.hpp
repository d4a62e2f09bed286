#pragma once

#include <httplib.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/explore/atlas.hpp"
#include "tsimcne/explore/exhibit.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/explore/refusal.hpp"
#include "tsimcne/explore/server.hpp"
#include "tsimcne/explore/worker.hpp"

namespace tsimcne {

using Json = nlohmann::ordered_json;

/// As bytes, whatever the strings in it hold.
std::string text_of(const Json& json);

/// What a server answers on an exhibit once it has let a request in; many threads may ask at once.
/// Answers throw a Refusal, an Error, or the JSON library's exceptions where a request is not as
/// expected.
class Answers {
 public:
  using Request = httplib::Request;
  using Response = httplib::Response;

  /// worker: searches and places, and must outlive this. Throws an Error where the exhibit is
  /// damaged.
  Answers(Exhibit exhibit, ServerOptions options, Worker& worker);

  /// What the map is known by, as map_mark() has it.
  const std::string& mark() const { return mark_; }

  void send_page(const Request& request, Response& response);
  void send_config(const Request& request, Response& response);
  void send_map(const Request& request, Response& response);
  void send_points(const Request& request, Response& response);
  void send_text(const Request& request, Response& response);
  void send_atlas(const Request& request, Response& response);
  void send_image(const Request& request, Response& response);
  void send_neighbors(const Request& request, Response& response);
  void place(const Request& request, Response& response);
  void label(const Request& request, Response& response);
  void export_selection(const Request& request, Response& response);

  /// As Server's.
  void move(const Matrix& points);

 private:
  void make_map();
  int64_t image_in(const Request& request) const;
  std::vector<int64_t> images_in(const Json& json) const;
  Json nearest(std::span<const float> features, int64_t count, int64_t left_out);

  Exhibit exhibit_;
  ServerOptions options_;
  std::string mark_;
  Worker& worker_;
  std::optional<Atlas> atlas_;
  OwnLabels own_labels_;
  std::shared_ptr<const std::string> page_, config_, text_;
  std::mutex lock_;  // of what follows
  std::shared_ptr<const std::string> map_, points_;
};

}  // namespace tsimcne
