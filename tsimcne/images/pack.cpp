#include "tsimcne/images/pack.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/fingerprint.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr uint64_t page = 4096;
constexpr std::array<char, 8> pack_magic = {'t', 's', 'i', 'm', 'p', 'a', 'c', 'k'};
constexpr uint32_t pack_version = 1;

/// The first bytes of a pack, in the machine's (little-endian) order.
struct PackHeader {
  std::array<char, 8> magic = pack_magic;
  uint32_t version = pack_version;
  uint32_t side = 0;
  uint64_t count = 0;
  uint64_t catalog_offset = 0;
  uint64_t catalog_bytes = 0;
  uint64_t catalog_hash = 0;
  uint64_t header_hash = 0;

  uint64_t hash() const {
    return Fingerprint()
        .add(version)
        .add(side)
        .add(count)
        .add(catalog_offset)
        .add(catalog_bytes)
        .add(catalog_hash)
        .value();
  }
};
static_assert(sizeof(PackHeader) == 56);

uint64_t bytes_of_pixels(uint64_t count, uint64_t side) {
  return count * side * side * 3;
}

std::string describe(const ImageSet::Contents& contents) {
  const Catalog& catalog = contents.catalog;
  std::vector<int> splits;
  for (const Split split : catalog.splits) splits.push_back(static_cast<int>(split));
  json skipped = json::array();
  for (const SkippedImage& image : contents.skipped) skipped.push_back({image.path, image.reason});
  json sizes = json::array();
  for (const SizeCount& size : contents.original_sizes) {
    sizes.push_back({size.width, size.height, size.count});
  }
  const json described = {{"paths", catalog.paths},
                          {"labels", catalog.labels},
                          {"splits", splits},
                          {"label_names", catalog.label_names},
                          {"skipped", skipped},
                          {"notes", contents.notes},
                          {"original_sizes", sizes},
                          {"fingerprint", contents.fingerprint},
                          {"source_stamp", contents.source_stamp}};
  return described.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Says what is wrong with the pack at `path`.
struct Damage {
  const fs::path& path;

  void expect(bool holds, const char* what) const {
    if (!holds) {
      fail("{} is damaged: {}; delete it, so that it is made anew from the images", path.string(),
           what);
    }
  }
};

void read_catalog(std::string_view text, uint64_t count, const Damage& damage,
                  ImageSet::Contents& contents) try {
  const json described = json::parse(text);
  Catalog& catalog = contents.catalog;
  catalog.paths = described.at("paths").get<std::vector<std::string>>();
  catalog.label_names = described.at("label_names").get<std::vector<std::string>>();
  const auto labels = described.at("labels").get<std::vector<int64_t>>();
  const auto splits = described.at("splits").get<std::vector<int64_t>>();
  damage.expect(catalog.paths.size() == count && labels.size() == count && splits.size() == count,
                "its catalog is of another length");
  for (const int64_t label : labels) {
    damage.expect(label >= -1 && label < std::ssize(catalog.label_names), "a label has no name");
    catalog.labels.push_back(static_cast<int32_t>(label));
  }
  order_labels(catalog);  // older packs have other orders
  for (const int64_t split : splits) {
    damage.expect(split >= 0 && split <= static_cast<int64_t>(Split::test), "a split is unknown");
    catalog.splits.push_back(static_cast<Split>(split));
  }
  for (const json& image : described.at("skipped")) {
    contents.skipped.push_back({image.at(0).get<std::string>(), image.at(1).get<std::string>()});
  }
  if (described.contains("notes")) {  // older packs have none
    contents.notes = described.at("notes").get<std::vector<std::string>>();
  }
  for (const json& size : described.at("original_sizes")) {
    contents.original_sizes.push_back({size.at(0), size.at(1), size.at(2)});
  }
  contents.fingerprint = described.at("fingerprint").get<std::string>();
  contents.source_stamp = described.at("source_stamp").get<std::string>();
} catch (const json::exception&) {
  damage.expect(false, "its catalog cannot be read");
}

PackHeader read_header(std::span<const uint8_t> file, const Damage& damage) {
  PackHeader header;
  damage.expect(file.size() >= page, "it is shorter than its header");
  std::memcpy(&header, file.data(), sizeof header);
  damage.expect(header.magic == pack_magic, "it does not begin as a pack does");
  damage.expect(header.version == pack_version, "its version is unknown");
  damage.expect(header.header_hash == header.hash(), "its header has changed");
  damage.expect(header.side >= 1 && header.side <= most_side, "its images have no size");
  damage.expect(header.count >= 1 && header.count <= most_images, "it has no number of images");
  // No overflow: count < 2^25 and side < 2^13.
  const uint64_t pixels_end = page + bytes_of_pixels(header.count, header.side);
  damage.expect(header.catalog_offset == pixels_end, "its catalog is in a wrong place");
  damage.expect(pixels_end <= file.size() && header.catalog_bytes == file.size() - pixels_end,
                "it is cut short or too long");
  return header;
}

std::shared_ptr<const ImageSet::Contents> read_contents(const fs::path& path) {
  const Damage damage{path};
  ImageSet::Contents contents;
  const auto mapping = std::make_shared<const Mapping>(Mapping::of_file(path));
  const std::span<const uint8_t> file = mapping->bytes();
  const PackHeader header = read_header(file, damage);
  const auto text = file.subspan(header.catalog_offset);
  damage.expect(Fingerprint().add(text).value() == header.catalog_hash, "its catalog has changed");
  contents.file = mapping;
  contents.pixels = file.subspan(page, bytes_of_pixels(header.count, header.side));
  contents.side = static_cast<int>(header.side);
  read_catalog({reinterpret_cast<const char*>(text.data()), text.size()}, header.count, damage,
               contents);
  return std::make_shared<const ImageSet::Contents>(std::move(contents));
}

}  // namespace

PackWriter::PackWriter(const fs::path& path) : path_(path) {
  if (!path.empty()) file_.emplace(path);
}

std::span<uint8_t> PackWriter::make_room(int64_t count, int side) {
  const uint64_t bytes =
      page + bytes_of_pixels(static_cast<uint64_t>(count), static_cast<uint64_t>(side));
  room_ = Mapping();
  std::optional<Mapping> of_file;
  if (file_) {
    file_->reserve(static_cast<int64_t>(bytes));
    of_file = Mapping::of_file_to_write(file_->temporary_path(), bytes);
  }
  is_of_file_ = of_file.has_value();
  room_ = of_file ? std::move(*of_file) : Mapping::of_memory(bytes);
  return room_.bytes().subspan(page);
}

std::shared_ptr<const ImageSet::Contents> PackWriter::finish(ImageSet::Contents contents) {
  if (!file_) {
    const auto mapping = std::make_shared<const Mapping>(std::move(room_));
    contents.file = mapping;
    contents.pixels = mapping->bytes().subspan(page);
    return std::make_shared<const ImageSet::Contents>(std::move(contents));
  }
  const std::string catalog = describe(contents);
  PackHeader header;
  header.side = static_cast<uint32_t>(contents.side);
  header.count = static_cast<uint64_t>(contents.catalog.size());
  header.catalog_offset = page + bytes_of_pixels(header.count, header.side);
  header.catalog_bytes = catalog.size();
  header.catalog_hash = Fingerprint().add(catalog).value();
  header.header_hash = header.hash();
  const auto pixels = room_.bytes().subspan(page, header.catalog_offset - page);
  if (!is_of_file_) file_->write_at(page, std::as_bytes(pixels));
  room_.expect_whole();
  room_ = Mapping();
  file_->resize(static_cast<int64_t>(header.catalog_offset + header.catalog_bytes));
  file_->write_at(0, std::as_bytes(std::span(&header, 1)));
  file_->write_at(static_cast<int64_t>(header.catalog_offset), std::as_bytes(std::span(catalog)));
  file_->commit();
  return read_contents(path_);
}

ImageSet read_pack(const fs::path& pack) {
  return ImageSet(read_contents(pack));
}

}  // namespace tsimcne
