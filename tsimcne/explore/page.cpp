#include "tsimcne/explore/page.hpp"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/bundle.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

constexpr int64_t neighbors_exported = 10;
constexpr int64_t most_with_neighbors = 100'000;  // their search takes quadratic time
constexpr double most_pixels = 6.4e7;             // of all thumbnails in a file, about 20 MB
constexpr int most_side = 128, least_side = 8;

std::string policy(const char* connections) {
  return fmt::format("default-src 'none'; {}; img-src blob: data:; connect-src {}", page_policy,
                     connections);
}

/// JSON that may stand in a script element: no "</script>" or "<!--" within.
std::string config_element(const std::string& title, const PageConfig& config) {
  std::string text = page_config(title, config);
  for (size_t at = 0; (at = text.find('<', at)) != text.npos;) text.replace(at, 1, "\\u003c");
  return fmt::format("<script id=\"config\" type=\"application/json\">{}</script>\n", text);
}

/// The page's first half with an element in its marker's place.
std::string head_with(const std::string& policy_element) {
  if (page_head.empty()) {
    fail(
        "this tsimcne was built without its page; build it with -DTSIMCNE_EXPLORER=ON, which needs "
        "npm");
  }
  constexpr std::string_view marker = "<!--policy-->";
  std::string head(page_head);
  return head.replace(head.find(marker), marker.size(), policy_element);
}

std::string base64(std::string_view bytes) {
  const std::unique_ptr<gchar, decltype(&g_free)> text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()), &g_free);
  return text.get();
}

std::string data_element(const std::string& id, std::string_view bytes) {
  return fmt::format("<script id=\"{}\" type=\"application/octet-stream\">{}</script>\n", id,
                     base64(bytes));
}

/// The thumbnails' side that keeps all of them within most_pixels.
int side_of_exported(const ImageSet& images) {
  const double room = std::sqrt(most_pixels / static_cast<double>(images.size()));
  return std::min({images.side(), most_side, std::max(static_cast<int>(room), least_side)});
}

bool exports_neighbors(const Map& map) {
  return !map.features.empty() && map.size() > 1 && map.size() <= most_with_neighbors;
}

/// Each image's nearest others in features, found for some thousand images at a time.
Neighbors find_with_progress(const Matrix& features, const ExportProgress& progress) {
  constexpr int64_t at_once = 4096;
  Neighbors all;
  all.queries = features.rows;
  all.k = std::min(neighbors_exported, features.rows - 1);
  for (int64_t done = 0; done < features.rows;) {
    const int64_t count = std::min(at_once, features.rows - done);
    const MatrixView queries(features.row(done).data(), count, features.cols);
    std::vector<int64_t> themselves(static_cast<size_t>(count));
    std::iota(themselves.begin(), themselves.end(), done);
    const Neighbors found = find_neighbors(queries, features, all.k, themselves);
    all.indices.insert(all.indices.end(), found.indices.begin(), found.indices.end());
    done += count;
    if (progress) progress("finding the neighbours of", done, features.rows);
  }
  return all;
}

void write_atlas(WholeFile& file, const Atlas& atlas, const ExportProgress& progress) {
  const auto [side, columns, pages] = atlas.levels().front();
  const int64_t images = std::ssize(atlas.slots());
  for (int64_t page = 0; page < pages; ++page) {
    file.write(data_element(fmt::format("atlas-0-{}", page), atlas.page(0, page)));
    if (progress) {
      progress("drawing", std::min((page + 1) * columns * columns, images), images);
    }
  }
}

}  // namespace

std::string served_policy() {
  return policy("'self'") + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

std::string page_config(const std::string& title, const PageConfig& config) {
  using Json = nlohmann::ordered_json;
  return Json{{"served", config.served},     {"title", title},
              {"placing", config.placing},   {"neighbors", config.neighbors},
              {"watching", config.watching}, {"exhibit", config.exhibit}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string served_page(const std::string& title, const PageConfig& config) {
  return head_with("") + config_element(title, config) + std::string(page_tail);
}

void export_page(const Exhibit& exhibit, const std::filesystem::path& path,
                 const ExportProgress& progress) {
  check_exhibit(exhibit);
  std::optional<Atlas> atlas;
  if (exhibit.images) {
    atlas.emplace(*exhibit.images, exhibit.map.points,
                  std::vector{side_of_exported(*exhibit.images)});
  }
  std::optional<Neighbors> neighbors;
  if (exports_neighbors(exhibit.map)) {
    neighbors = find_with_progress(exhibit.map.features, progress);
  }
  WholeFile file(path);
  file.write(head_with(fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
                                   policy("'none'"))));
  file.write(config_element(exhibit.title, {.neighbors = neighbors.has_value()}));
  file.write(data_element("map", map_columns(exhibit, atlas ? &*atlas : nullptr,
                                             neighbors ? &*neighbors : nullptr, {})));
  file.write(data_element("text", text_columns(exhibit)));
  if (atlas) write_atlas(file, *atlas, progress);
  file.write(page_tail);
  file.commit();
}

}  // namespace tsimcne
