#include "tsimcne/explore/page_file.hpp"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr double most_pixels = 6.4e7;  // of all thumbnails in a file, about 20 MB
constexpr int most_side = 128, least_side = 8;

std::string base64(std::string_view bytes) {
  const std::unique_ptr<gchar, decltype(&g_free)> text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()), &g_free);
  return text.get();
}

/// JSON that may stand in a script element: no "</script>" or "<!--" within.
std::string config_element(std::string config) {
  for (size_t at = 0; (at = config.find('<', at)) != config.npos;) config.replace(at, 1, "\\u003c");
  return fmt::format("<script id=\"config\" type=\"application/json\">{}</script>\n", config);
}

/// The thumbnails' side that keeps all of them within most_pixels.
int side_of_exported(const ImageSet& images) {
  const double room = std::sqrt(most_pixels / static_cast<double>(images.size()));
  return std::min({images.side(), most_side, std::max(static_cast<int>(room), least_side)});
}

}  // namespace

std::string policy_of(const PageText& page, std::string_view connections) {
  return fmt::format("default-src 'none'; {}; img-src blob: data:; connect-src {}", page.policy,
                     connections);
}

std::string head_of(const PageText& page, const std::string& policy_element,
                    const std::string& config) {
  if (page.head.empty()) {
    fail(
        "this tsimcne was built without its page; build it with -DTSIMCNE_EXPLORER=ON, which needs "
        "npm");
  }
  constexpr std::string_view marker = "<!--policy-->";
  std::string head(page.head);
  return head.replace(head.find(marker), marker.size(), policy_element) + config_element(config);
}

PageFile::PageFile(const std::filesystem::path& path, const PageText& page,
                   const std::string& config)
    : file_(path), page_(page) {
  const std::string policy = fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy_of(page, "'none'"));
  file_.write(head_of(page, policy, config));
}

void PageFile::add(const std::string& id, std::string_view bytes) {
  file_.write(fmt::format("<script id=\"{}\" type=\"application/octet-stream\">{}</script>\n", id,
                          base64(bytes)));
}

void PageFile::add(const Atlas& atlas, const ExportProgress& progress) {
  const auto [side, columns, pages] = atlas.levels().front();
  const int64_t images = std::ssize(atlas.slots());
  for (int64_t page = 0; page < pages; ++page) {
    add(fmt::format("atlas-0-{}", page), atlas.page(0, page));
    if (progress) progress("drawing", std::min((page + 1) * columns * columns, images), images);
  }
}

void PageFile::commit() {
  file_.write(page_.tail);
  file_.commit();
}

std::optional<Atlas> exported_atlas(const Exhibit& exhibit) {
  if (!exhibit.images) return std::nullopt;
  return Atlas(*exhibit.images, exhibit.map.points, std::vector{side_of_exported(*exhibit.images)});
}

}  // namespace tsimcne
