#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tsimcne/explore/page.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"

namespace tsimcne {

/// A table of words.
struct PageTable {
  struct Column {
    std::string title;
    std::string meaning;  // half a sentence
  };
  struct Cell {
    std::string text;   // "": not known
    bool best = false;  // of its column
  };
  struct Row {
    std::string name;
    std::vector<Cell> cells{};  // a column each; empty where there is a problem
    std::string problem{};      // a sentence in place of the cells
  };

  std::string first;  // the title of the names
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<std::string> notes;  // below it, a sentence each
};

/// One of several maps of the same images.
struct PageMap {
  std::string name;
  std::string figure;  // what stands beside the name
  const Map* map = nullptr;
};

/// A page with several maps of the same images side by side: what is pointed at or chosen on one is
/// seen on all.
struct ComparisonPage {
  std::string title;
  PageTable table;
  std::vector<PageMap> maps;       // one at least
  std::optional<ImageSet> images;  // of the same n images
};

/// Writes it as one file that needs nothing else. Throws an Error where maps and images are not of
/// the same images.
void export_comparison(const ComparisonPage& page, const std::filesystem::path& path,
                       const ExportProgress& progress = {});

}  // namespace tsimcne
