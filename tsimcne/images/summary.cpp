#include "tsimcne/images/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

constexpr size_t skipped_shown = 5;

/// "1 image", "2 images"
std::string counted(int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string splits_of(const Catalog& catalog) {
  std::string text;
  for (const Split split : {Split::train, Split::val, Split::test}) {
    const auto count = std::ranges::count(catalog.splits, split);
    if (count > 0) text += fmt::format("{} {} {}", text.empty() ? ";" : ",", name_of(split), count);
  }
  return text;
}

}  // namespace

std::string summary(const ImageSet& images) {
  const Catalog& catalog = images.catalog();
  std::string text = fmt::format("{} of {} x {} pixels", counted(images.size(), "image"),
                                 images.side(), images.side());
  text += catalog.has_labels() ? "; " + counted(std::ssize(catalog.label_names), "label")
                               : "; no labels";
  text += splits_of(catalog) + "\n";
  for (const std::string& note : images.notes()) text += fmt::format("Note: {}.\n", note);
  const auto& skipped = images.skipped();
  if (skipped.empty()) return text;
  text += counted(std::ssize(skipped), "file") + " skipped:\n";
  for (size_t i = 0; i < std::min(skipped.size(), skipped_shown); ++i) {
    text += fmt::format("  {}: {}\n", skipped[i].path, skipped[i].reason);
  }
  if (skipped.size() > skipped_shown) {
    text += fmt::format("  and {} more\n", skipped.size() - skipped_shown);
  }
  return text;
}

void write_skipped(const std::vector<SkippedImage>& skipped, const std::filesystem::path& path) {
  std::string text = "path,reason\n";
  for (const SkippedImage& image : skipped) {
    text += fmt::format("{},{}\n", quote_csv(image.path), quote_csv(image.reason));
  }
  write_whole_file(path, text);
}

}  // namespace tsimcne
