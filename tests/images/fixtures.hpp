#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <vips/vips.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/images/image_set.hpp"

// What the tests of this room feed to it: files, made in a folder of their own.
namespace tsimcne {

namespace fs = std::filesystem;
using Bytes = std::string;
using Colour = std::array<int, 3>;

constexpr Colour red{255, 0, 0}, green{0, 255, 0}, blue{0, 0, 255}, white{255, 255, 255};

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using VipsHandle = std::unique_ptr<VipsImage, Unref>;

/// Applies a vips operation in a test, which must not fail.
inline VipsHandle changed(VipsHandle image,
                          const std::function<int(VipsImage*, VipsImage**)>& operation) {
  VipsImage* result = nullptr;
  if (operation(image.get(), &result) != 0) throw std::runtime_error(vips_error_buffer());
  return VipsHandle(result);
}

/// An image whose pixel at (x, y) is what `colour` says, a value a band.
inline VipsHandle draw(int width, int height, int bands,
                       const std::function<int(int x, int y, int band)>& colour) {
  if (vips_init("tests") != 0) throw std::runtime_error("no vips");
  std::vector<uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int b = 0; b < bands; ++b) pixels.push_back(static_cast<uint8_t>(colour(x, y, b)));
    }
  }
  VipsHandle image(vips_image_new_from_memory_copy(pixels.data(), pixels.size(), width, height,
                                                   bands, VIPS_FORMAT_UCHAR));
  image->Type = bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  return image;
}

/// Red, green over blue, white.
inline VipsHandle draw_quarters(int width, int height) {
  return draw(width, height, 3, [=](int x, int y, int band) {
    const Colour& top = x < width / 2 ? red : green;
    const Colour& bottom = x < width / 2 ? blue : white;
    return (y < height / 2 ? top : bottom)[static_cast<size_t>(band)];
  });
}

inline VipsHandle draw_plain(int width, int height, Colour colour) {
  return draw(width, height, 3,
              [=](int, int, int band) { return colour[static_cast<size_t>(band)]; });
}

/// The image as a file with that ending, e.g. ".jpg[Q=95]".
inline Bytes encode(const VipsHandle& image, const char* ending) {
  void* data = nullptr;
  size_t size = 0;
  if (vips_image_write_to_buffer(image.get(), ending, &data, &size, nullptr) != 0) {
    throw std::runtime_error(vips_error_buffer());
  }
  Bytes bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

/// A plain 8 x 8 PNG.
inline Bytes small_png(Colour colour = red) {
  return encode(draw_plain(8, 8, colour), ".png");
}

/// Four bytes, the most significant first.
inline Bytes big_endian(uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
          static_cast<char>(number >> 8), static_cast<char>(number)};
}

/// A PNG that declares a size and holds no pixels.
inline Bytes hollow_png(uint32_t width, uint32_t height) {
  const auto chunk = [](const Bytes& content) {
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    return big_endian(static_cast<uint32_t>(content.size() - 4)) + content +
           big_endian(static_cast<uint32_t>(sum));
  };
  const Bytes head = "IHDR" + big_endian(width) + big_endian(height) + Bytes("\x08\x02\0\0\0", 5);
  return "\x89PNG\r\n\x1a\n" + chunk(head) + chunk("IDAT") + chunk("IEND");
}

inline Bytes gzipped(const Bytes& bytes) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "packed.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

using Members = std::vector<std::pair<std::string, Bytes>>;

/// Writes an archive of these members, in this order.
inline void write_archive(const fs::path& path, const Members& members, int format, int filter) {
  archive* a = archive_write_new();
  archive_write_add_filter(a, filter);
  archive_write_set_format(a, format);
  ASSERT_EQ(archive_write_open_filename(a, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, bytes] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_copy_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    ASSERT_EQ(archive_write_header(a, entry), ARCHIVE_OK);
    archive_write_data(a, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
}

inline void write_tar(const fs::path& path, const Members& members,
                      int filter = ARCHIVE_FILTER_NONE) {
  write_archive(path, members, ARCHIVE_FORMAT_TAR_GNUTAR, filter);
}

inline void write_zip(const fs::path& path, const Members& members) {
  write_archive(path, members, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE);
}

inline Colour pixel(const ImageSet& images, int64_t i, int x, int y) {
  const auto at = images.pixels(i).subspan(static_cast<size_t>(y * images.side() + x) * 3, 3);
  return {at[0], at[1], at[2]};
}

inline void expect_near(const Colour& found, const Colour& expected, int tolerance) {
  for (size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(found[c], expected[c], tolerance)
        << "found " << found[0] << ' ' << found[1] << ' ' << found[2];
  }
}

/// The sentence that `action` fails with.
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

inline void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "no '" << part << "' in: " << text;
}

}  // namespace tsimcne
