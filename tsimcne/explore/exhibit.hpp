#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/explore/atlas.hpp"
#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/table.hpp"

namespace tsimcne {

/// What the explorer shows: a map, its images, and what else is known of them.
struct Exhibit {
  std::string title;
  Map map;                          // with features, neighbours in features can be shown
  std::optional<ImageSet> images;   // of the same n images as the map
  Table metadata;                   // what else is known of the images
  std::filesystem::path originals;  // the folder below which the images' own files are; empty: gone
};

/// Throws an Error where map and images are not of the same images, or there are none.
void check_exhibit(const Exhibit& exhibit);

/// 16 hexadecimal digits that change with the images, their order and their places. A page brings
/// those of the map that it shows with its requests, which name images by number and places by
/// their order: of another map they would be other images.
std::string map_mark(const Exhibit& exhibit);

/// All columns of the map as the page reads them: places, labels, metadata, where there is an atlas
/// the places in it, and where they are known the neighbours in features. own_labels: [n] what the
/// user called each image, "" for nothing; empty: none of them was.
std::string map_columns(const Exhibit& exhibit, const Atlas* atlas, const Neighbors* neighbors,
                        const std::vector<std::string>& own_labels);

/// The columns of places alone.
std::string point_columns(const Map& map);

/// The images' paths and the texts of all columns but categories, digit by digit, which the page
/// reads after its first picture.
std::string text_columns(const Exhibit& exhibit);

/// The file of an image below exhibit.originals that may be sent to a browser; nothing where there
/// is none, or where it lies, by its name or behind links, outside of that folder.
std::optional<std::filesystem::path> original_file(const Exhibit& exhibit, int64_t image);

/// The file that an image was read from, which may lie elsewhere behind a link, as that of a data
/// set made of links does; nothing where it is gone, or not below exhibit.originals by its name. To
/// be given to the user alone, and not to a browser.
std::optional<std::filesystem::path> source_file(const Exhibit& exhibit, int64_t image);

/// An image as the run holds it, as a JPEG file's bytes. exhibit.images must be there.
std::string packed_jpeg(const Exhibit& exhibit, int64_t image);

}  // namespace tsimcne
