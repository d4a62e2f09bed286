#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/files/sheet.hpp"

namespace tsimcne {

/// How the rows of a table were given to images.
struct Joining {
  bool has_header = false;         // the sheet's first row is one
  std::vector<std::string> names;  // of the columns; empty without a header
  size_t key = 0;                  // the column that names images
  std::vector<int64_t> rows;       // [n] the row of each image in the sheet, -1: none

  int64_t lost = 0;                      // rows that name no image
  int64_t shared = 0;                    // rows that name several
  std::string first_lost, first_shared;  // as they name them
  size_t images_of_first_shared = 0;
  std::vector<std::array<int64_t, 2>> rivals{};  // rows that are as close to one image as another

  int64_t images_with_row() const;
  /// "; 2 rows name no image, the first: a.png", with what is said of shared rows; "" where there
  /// is nothing to be told.
  std::string told() const;
  /// What a column says of each image, "" where it has no row.
  std::vector<std::string> column(const Sheet& sheet, size_t column) const;
};

/// The one way in which a table is joined to images. Its column of names is one that is called
/// path, file, filename, file_name, image, image_path or name, in any letters, else the one that
/// fits most images. A row is of the image whose path it gives; else of all whose path it gives but
/// for folders in front, on either side; else of the one with its file name, where no other image
/// and no other row has that; else of those that it fits but for the ending. Names are compared
/// composed (NFC). An image has the closest of the rows that fit it. A first row that names no
/// image is a header, as is one with a column called as above. ids: where no column is called so,
/// one called "id" may give the images' numbers. Throws an Error where no row fits an image.
Joining join(const Sheet& sheet, const std::vector<std::string>& paths, bool ids = false);

/// Throws an Error that names rows of one image that differ in one of the columns.
void require_agreement(const Sheet& sheet, const Joining& joining, std::span<const size_t> columns);

}  // namespace tsimcne
