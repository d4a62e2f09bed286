#pragma once

#include <vips/vips.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "tsimcne/error.hpp"
#include "tsimcne/images/image_formats.hpp"

// What this room needs of libvips. Its complaints are kept in one list for all threads, so they are
// only to be relied on while no other thread decodes.
namespace tsimcne {

struct UnrefVips {
  void operator()(void* object) const { g_object_unref(object); }
};
using VipsHandle = std::unique_ptr<VipsImage, UnrefVips>;

/// Starts libvips once; of its loaders that it does not trust, those of image_formats() alone.
void start_vips();

/// What libvips last complained about, in a few words.
std::string vips_complaint();

/// Takes what an operation made; throws an Error with its complaint where that is nothing.
VipsHandle hold(VipsImage* image);

/// Applies an operation, given as a call with an image and a place for the result.
template <typename Operation>
void pass_through(VipsHandle& image, const Operation& operation) {
  VipsImage* result = nullptr;
  if (operation(image.get(), &result) != 0) fail("{}", vips_complaint());
  image.reset(result);
}

/// How much smaller or larger than it is an image is to be opened, by those formats that can.
struct Scaling {
  int shrink = 1;    // of JPEG: 1, 2, 4 or 8
  double scale = 1;  // of SVG
};

/// Opens a file by the loader of its format; pixels follow when they are asked for, top to bottom.
/// The bytes must outlive the image.
VipsHandle load(const ImageFormat& format, std::span<const uint8_t> file, Scaling scaling = {});

}  // namespace tsimcne
