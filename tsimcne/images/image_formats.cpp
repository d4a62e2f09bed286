#include "tsimcne/images/image_formats.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace tsimcne {
namespace {

using Start = std::span<const uint8_t>;
using namespace std::string_view_literals;

/// Formats that are decoded as a whole have at most 2^26 pixels, 8192 x 8192.
constexpr int64_t most_as_whole = int64_t{1} << 26;

std::string_view text_of(Start start) {
  return {reinterpret_cast<const char*>(start.data()), start.size()};
}

bool has_at(Start start, size_t at, std::string_view bytes) {
  return start.size() >= at && text_of(start).substr(at).starts_with(bytes);
}

bool begins_with_any(Start start, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view w) { return has_at(start, 0, w); });
}

uint32_t little(Start start, size_t at, size_t bytes) {
  uint32_t number = 0;
  for (size_t i = bytes; i-- > 0;) number = number << 8 | start[at + i];
  return number;
}

bool is_jpeg(Start start) {
  return has_at(start, 0, "\xFF\xD8\xFF");
}

bool is_png(Start start) {
  return has_at(start, 0, "\x89PNG\r\n\x1A\n");
}

bool is_webp(Start start) {
  return has_at(start, 0, "RIFF") && has_at(start, 8, "WEBP");
}

bool is_gif(Start start) {
  return begins_with_any(start, {"GIF87a", "GIF89a"});
}

/// Also BigTIFF.
bool is_tiff(Start start) {
  return begins_with_any(start, {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv});
}

/// The brand of a file in boxes, as HEIF's are and videos; "" of any other.
std::string_view brand_of(Start start) {
  return has_at(start, 4, "ftyp") && start.size() >= 12 ? text_of(start).substr(8, 4) : "";
}

bool has_brand(Start start, std::initializer_list<std::string_view> brands) {
  return std::ranges::find(brands, brand_of(start)) != brands.end();
}

bool is_avif(Start start) {
  return has_brand(start, {"avif", "avis"});
}

bool is_heif(Start start) {
  return has_brand(start, {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "mif2", "msf1"});
}

bool is_jpeg_xl(Start start) {
  return begins_with_any(start, {"\xFF\x0A", "\0\0\0\x0CJXL \r\n\x87\n"sv});
}

bool is_jpeg_2000(Start start) {
  return begins_with_any(start, {"\0\0\0\x0CjP  \r\n\x87\n"sv, "\xFF\x4F\xFF\x51"});
}

/// Skips one declaration, comment or document type in front of an XML document's first element;
/// false where none stands there.
bool skip_before_element(std::string_view& text) {
  const auto skip_to = [&](std::string_view end) {
    const size_t at = text.find(end);
    text.remove_prefix(at == text.npos ? text.size() : at + end.size());
    return true;
  };
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.starts_with("<?")) return skip_to("?>");
  if (text.starts_with("<!--")) return skip_to("-->");
  if (!text.starts_with("<!DOCTYPE")) return false;
  const size_t subset = text.find('[');
  return skip_to(subset < text.find('>') ? "]>" : ">");
}

bool is_svg(Start start) {
  std::string_view text = text_of(start);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (skip_before_element(text)) {
  }
  for (const std::string_view tag : {"<svg", "<svg:svg"}) {
    if (!text.starts_with(tag) || text.size() == tag.size()) continue;
    if (" \t\r\n>/"sv.find(text[tag.size()]) != std::string_view::npos) return true;
  }
  return false;
}

/// Whether a header of bitmaps of Windows or OS/2 stands at `at`.
bool has_bitmap_header(Start start, size_t at) {
  if (start.size() < at + 16) return false;
  const uint32_t bytes = little(start, at, 4);
  constexpr std::array<uint32_t, 8> known = {12, 16, 40, 52, 56, 64, 108, 124};
  if (std::ranges::find(known, bytes) == known.end()) return false;
  return little(start, at + (bytes == 12 ? 8 : 12), 2) == 1;  // planes
}

bool is_bmp(Start start) {
  return has_at(start, 0, "BM") && has_bitmap_header(start, 14);
}

bool is_dib(Start start) {
  return has_bitmap_header(start, 0);
}

bool is_pnm(Start start) {
  if (start.size() < 3 || start[0] != 'P' || start[1] < '1' || start[1] > '6') return false;
  return " \t\r\n#"sv.find(static_cast<char>(start[2])) != std::string_view::npos;
}

// What follows is known by name alone, so that a person is told what it is.

bool is_pam(Start start) {
  return begins_with_any(start, {"P7\n", "PF\n", "Pf\n"});
}

bool is_icon(Start start) {
  const bool begins = begins_with_any(start, {"\0\0\1\0"sv, "\0\0\2\0"sv});
  return begins && start.size() >= 22 && little(start, 4, 2) > 0 && start[9] == 0;
}

bool is_targa(Start start) {
  if (start.size() < 18 || start[1] > 1) return false;
  constexpr std::array<uint8_t, 6> kinds = {1, 2, 3, 9, 10, 11};
  constexpr std::array<uint8_t, 5> depths = {8, 15, 16, 24, 32};
  const bool has_palette = start[2] == 1 || start[2] == 9;
  return std::ranges::find(kinds, start[2]) != kinds.end() &&
         std::ranges::find(depths, start[16]) != depths.end() && has_palette == (start[1] == 1) &&
         little(start, 12, 2) > 0 && little(start, 14, 2) > 0 && (start[17] & 0xC0) == 0;
}

bool is_pcx(Start start) {
  return start.size() >= 128 && start[0] == 0x0A && start[1] <= 5 && start[2] <= 1 &&
         (start[3] == 1 || start[3] == 2 || start[3] == 4 || start[3] == 8);
}

bool is_photoshop(Start start) {
  return has_at(start, 0, "8BPS");
}

bool is_gimp(Start start) {
  return has_at(start, 0, "gimp xcf");
}

bool is_pdf(Start start) {
  return has_at(start, 0, "%PDF-");
}

bool is_postscript(Start start) {
  return begins_with_any(start, {"%!PS", "\xC5\xD0\xD3\xC6"});
}

bool is_dicom(Start start) {
  return has_at(start, 128, "DICM");
}

bool is_nifti(Start start) {
  return has_at(start, 344, "n+1\0"sv) || has_at(start, 344, "ni1\0"sv);
}

bool is_fits(Start start) {
  return has_at(start, 0, "SIMPLE  =");
}

bool is_open_exr(Start start) {
  return has_at(start, 0, "\x76\x2F\x31\x01");
}

bool is_radiance(Start start) {
  return begins_with_any(start, {"#?RADIANCE", "#?RGBE"});
}

bool is_jpeg_xr(Start start) {
  return has_at(start, 0, "II\xBC\x01");
}

bool is_qoi(Start start) {
  return has_at(start, 0, "qoif");
}

bool is_dds(Start start) {
  return has_at(start, 0, "DDS ");
}

bool is_mng(Start start) {
  return begins_with_any(start, {"\x8AMNG\r\n", "\x8BJNG\r\n"});
}

bool is_sgi(Start start) {
  return has_at(start, 0, "\x01\xDA") && start.size() > 4 && start[2] <= 1 && start[3] - 1u <= 1;
}

bool is_sun_raster(Start start) {
  return has_at(start, 0, "\x59\xA6\x6A\x95");
}

bool is_xpm(Start start) {
  return has_at(start, 0, "/* XPM */");
}

bool is_camera_raw(Start start) {
  return (is_tiff(start) && has_at(start, 8, "CR\2")) || brand_of(start) == "crx " ||
         begins_with_any(start, {"FUJIFILMCCD-RAW", "IIRO", "IIRS", "MMOR", "IIU\0"sv});
}

bool is_czi(Start start) {
  return has_at(start, 0, "ZISRAWFILE");
}

bool is_video(Start start) {
  const bool is_avi = has_at(start, 0, "RIFF") && has_at(start, 8, "AVI ");
  return is_avi || has_at(start, 0, "\x1A\x45\xDF\xA3") || has_at(start, 4, "moov") ||
         !brand_of(start).empty();
}

bool is_numpy(Start start) {
  return has_at(start, 0, "\x93NUMPY");
}

bool is_hdf5(Start start) {
  return has_at(start, 0, "\x89HDF\r\n\x1A\n");
}

bool is_zip(Start start) {
  return begins_with_any(start, {"PK\3\4", "PK\5\6"});
}

bool is_tar(Start start) {
  return has_at(start, 257, "ustar");
}

bool is_compressed(Start start) {
  return begins_with_any(start, {"\x1F\x8B", "BZh", "\xFD\x37zXZ\0"sv, "\x28\xB5\x2F\xFD", "Rar!",
                                 "7z\xBC\xAF\x27\x1C"});
}

constexpr std::string_view to_png = "convert it to PNG";
constexpr std::string_view to_tiff = "convert it to TIFF or PNG";
constexpr std::string_view unpack = "unpack it into the folder, or give it as INPUT by itself";

/// Of a file that is no image.
constexpr ImageFormat no_image(std::string_view name, std::string_view what_to_do,
                               bool (*knows)(Start)) {
  ImageFormat format{name, what_to_do, knows};
  format.is_image = false;
  return format;
}

constexpr std::array formats = {
    // A camera's raw files begin as a TIFF does.
    ImageFormat{"camera raw", "develop it, to JPEG or TIFF", is_camera_raw},
    ImageFormat{"JPEG", "also CMYK, turned as its EXIF part says", is_jpeg, "jpegload_buffer"},
    ImageFormat{"PNG", "8 and 16 bits, alpha over white", is_png, "pngload_buffer"},
    ImageFormat{"WebP", "the first frame, alpha over white", is_webp, "webpload_buffer"},
    ImageFormat{"GIF", "the first frame", is_gif, "gifload_buffer"},
    ImageFormat{"TIFF", "the first page; integers and floats of any width", is_tiff,
                "tiffload_buffer"},
    ImageFormat{"BMP", "1 to 32 bits, also run-length encoded", is_bmp, {}, read_bmp},
    ImageFormat{"DIB", "a BMP without its file header", is_dib, {}, read_dib},
    ImageFormat{"PNM", "PBM, PGM and PPM, as text and binary, up to 16 bits", is_pnm, {}, read_pnm},
    ImageFormat{"AVIF", "the main image", is_avif, "heifload_buffer", nullptr, most_as_whole},
    ImageFormat{"HEIF", "HEIC, as telephones write it: the main image", is_heif, "heifload_buffer"},
    ImageFormat{"JPEG XL", "the first frame", is_jpeg_xl, "jxlload_buffer", nullptr, most_as_whole},
    ImageFormat{"JPEG 2000", "files and code streams", is_jpeg_2000, "jp2kload_buffer", nullptr,
                most_as_whole},
    ImageFormat{"SVG", "drawn at the side that is wanted", is_svg, "svgload_buffer", nullptr,
                most_as_whole},

    ImageFormat{"PAM or PFM", to_tiff, is_pam},
    ImageFormat{"ICO", to_png, is_icon},
    ImageFormat{"Photoshop (PSD)", to_png, is_photoshop},
    ImageFormat{"GIMP (XCF)", to_png, is_gimp},
    ImageFormat{"PDF", "draw its pages, as pdftoppm -png does", is_pdf},
    ImageFormat{"PostScript", to_png, is_postscript},
    ImageFormat{"DICOM", to_tiff, is_dicom},
    ImageFormat{"NIfTI", "write its slices as TIFF or PNG", is_nifti},
    ImageFormat{"FITS", to_tiff, is_fits},
    ImageFormat{"OpenEXR", to_tiff, is_open_exr},
    ImageFormat{"Radiance HDR", to_tiff, is_radiance},
    ImageFormat{"JPEG XR", to_png, is_jpeg_xr},
    ImageFormat{"QOI", to_png, is_qoi},
    ImageFormat{"DDS", to_png, is_dds},
    ImageFormat{"MNG", to_png, is_mng},
    ImageFormat{"SGI", to_png, is_sgi},
    ImageFormat{"Sun raster", to_png, is_sun_raster},
    ImageFormat{"XPM", to_png, is_xpm},
    ImageFormat{"Zeiss CZI", to_tiff, is_czi},
    no_image("a video", "write its frames as PNG or JPEG", is_video),
    no_image("a NumPy array", "give it as INPUT by itself", is_numpy),
    no_image("an HDF5 file", "write its images as PNG or as a NumPy array", is_hdf5),
    no_image("a zip archive", unpack, is_zip),
    no_image("a tar archive", unpack, is_tar),
    no_image("a compressed file", unpack, is_compressed),
    // These have hardly a mark of their own, so they are asked last.
    ImageFormat{"PCX", to_png, is_pcx},
    ImageFormat{"TGA", to_png, is_targa},
};

}  // namespace

std::span<const ImageFormat> image_formats() {
  return formats;
}

const ImageFormat* format_of(std::span<const uint8_t> start) {
  start = start.first(std::min(start.size(), start_bytes));
  const auto found =
      std::ranges::find_if(formats, [&](const ImageFormat& f) { return f.knows(start); });
  return found == formats.end() ? nullptr : &*found;
}

}  // namespace tsimcne
