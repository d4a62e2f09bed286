#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "tsimcne/explore/bundle.hpp"
#include "tsimcne/explore/page.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {

/// What a page may do: its own script and style, pictures of its own, and connections to these.
std::string policy_of(const PageText& page, std::string_view connections);

/// The page's first half with an element in its marker's place, and its config. Throws an Error
/// where the program was built without pages.
std::string head_of(const PageText& page, const std::string& policy_element,
                    const std::string& config);

/// A page as a file that holds all its data and may ask for nothing else.
class PageFile {
 public:
  /// config: JSON.
  PageFile(const std::filesystem::path& path, const PageText& page, const std::string& config);

  /// Bytes that the page's script finds under this name.
  void add(const std::string& id, std::string_view bytes);
  /// All thumbnails of an atlas of one level.
  void add(const Atlas& atlas, const ExportProgress& progress);
  void commit();

 private:
  WholeFile file_;
  const PageText& page_;
};

/// Thumbnails of at most 128 pixels, as small as keeps a file handy; none where there are no
/// images.
std::optional<Atlas> exported_atlas(const Exhibit& exhibit);

}  // namespace tsimcne
