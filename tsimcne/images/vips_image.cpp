#include "tsimcne/images/vips_image.hpp"

// After vips.h, which it needs.
#include <vips/vector.h>

namespace tsimcne {
namespace {

/// 0 where this libvips has no such loader.
GType type_of(const ImageFormat& format) {
  return vips_type_find("VipsOperation", std::string(format.loader).c_str());
}

bool start() {
  if (vips_init("tsimcne") != 0) return false;
  for (const char* domain : {"VIPS", "GLib", "GLib-GObject"}) {
    const auto all = static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_RECURSION);
    g_log_set_handler(
        domain, all, [](auto...) {}, nullptr);
  }
  vips_concurrency_set(1);  // the images are what is decoded side by side
  vips_cache_set_max(0);
  vips_block_untrusted_set(TRUE);
  for (const ImageFormat& format : image_formats()) {
    if (format.loader.empty()) continue;
    if (const GType type = type_of(format)) vips_operation_block_set(g_type_name(type), FALSE);
  }
#if VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION < 15
  // Its run-time compiler (orc) corrupts memory when threads build pipelines side by side.
  vips_vector_set_enabled(FALSE);
#endif
  return true;
}

/// Whether a loader says that it cannot read this kind of its format: the last two are of TIFFs
/// with 64 bits a number and of HEIF whose codec is another package.
bool tells_of_a_kind(const std::string& complaint) {
  for (const char* const words :
       {"not supported", "nsupported", "samples out of range", "decoding plugin"}) {
    if (complaint.find(words) != complaint.npos) return true;
  }
  return false;
}

}  // namespace

void start_vips() {
  static const bool started = start();
  if (!started) fail("libvips, which decodes the images, cannot be started");
}

bool can_read(const ImageFormat& format) {
  if (format.read != nullptr) return true;
  if (format.loader.empty()) return false;
  start_vips();
  return type_of(format) != 0;
}

std::string vips_complaint() {
  const std::string text = vips_error_buffer();
  vips_error_clear();
  std::string line = text.substr(0, text.find('\n'));
  if (const size_t colon = line.find(": "); colon != line.npos) line.erase(0, colon + 2);
  if (line.empty()) return "damaged";
  return tells_of_a_kind(line) ? "of a kind that is not read: " + line : "damaged: " + line;
}

VipsHandle hold(VipsImage* image) {
  if (image == nullptr) fail("{}", vips_complaint());
  return VipsHandle(image);
}

VipsHandle load(const ImageFormat& format, std::span<const uint8_t> file, Scaling scaling) {
  start_vips();
  vips_error_clear();
  const std::unique_ptr<VipsBlob, void (*)(VipsBlob*)> blob(
      vips_blob_new(nullptr, file.data(), file.size()),
      [](VipsBlob* held) { vips_area_unref(VIPS_AREA(held)); });
  VipsImage* image = nullptr;
  const std::string loader(format.loader);
  // Options end with the first nullptr.
  const char* const shrink = scaling.shrink > 1 ? "shrink" : nullptr;
  const char* const scale = scaling.scale != 1 ? "scale" : nullptr;
  if (shrink != nullptr) {
    vips_call(loader.c_str(), blob.get(), &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail-on",
              VIPS_FAIL_ON_TRUNCATED, shrink, scaling.shrink, nullptr);
  } else {
    vips_call(loader.c_str(), blob.get(), &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail-on",
              VIPS_FAIL_ON_TRUNCATED, scale, scaling.scale, nullptr);
  }
  return hold(image);
}

}  // namespace tsimcne
