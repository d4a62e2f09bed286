#include <algorithm>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/absolute_place.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// The innermost folder that holds both.
fs::path common_folder(const fs::path& a, const fs::path& b) {
  fs::path common;
  const auto end = std::ranges::mismatch(a, b).in1;
  for (auto part = a.begin(); part != end; ++part) common /= *part;
  return common;
}

/// An input among others.
struct Member {
  std::unique_ptr<ImageSource> source;
  std::string folder;  // in front of its paths, with a slash, or ""
  int64_t first = 0;   // index of its first image
  int64_t count = 0;
};

class TogetherSource : public ImageSource {
 public:
  explicit TogetherSource(std::span<const fs::path> inputs) {
    const fs::path root = folder_of_all(inputs);
    std::vector<std::string> labels;
    for (const fs::path& input : inputs) {
      const fs::path place = absolute_place(input);
      add(place, place.lexically_relative(root), labels);
    }
    set_labels(catalog_, labels);
  }

  Catalog& catalog() override { return catalog_; }

  bool is_tree() const override {
    return std::ranges::all_of(members_, [](const Member& m) { return m.source->is_tree(); });
  }

  bool has_own_labels() const override {
    return std::ranges::any_of(members_,
                               [](const Member& m) { return m.source->has_own_labels(); });
  }

  std::vector<SkippedImage> skipped() const override {
    std::vector<SkippedImage> all;
    for (const Member& member : members_) {
      for (SkippedImage& image : member.source->skipped()) {
        all.push_back({member.folder + image.path, std::move(image.reason)});
      }
    }
    return all;
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> all;
    for (const Member& member : members_) {
      for (std::string& note : member.source->notes()) all.push_back(std::move(note));
    }
    return all;
  }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    size_t position = 0;
    bool goes_on = true;
    for (const Member& member : members_) {
      std::vector<int64_t> own;
      const size_t first = position;
      for (; position < wanted.size() && wanted[position] < member.first + member.count;
           ++position) {
        own.push_back(wanted[position] - member.first);
      }
      if (own.empty()) continue;
      member.source->read(own, [&](FoundImage&& found) {
        found.position += first;
        return goes_on = receive(std::move(found));
      });
      if (!goes_on) return;
    }
  }

 private:
  void add(const fs::path& place, const fs::path& below, std::vector<std::string>& labels) {
    Member member{open_source(place), "", catalog_.size(), 0};
    const bool is_archive = fs::is_regular_file(place) && open_image_file(place) == nullptr;
    fs::path folder = fs::is_regular_file(place) ? below.parent_path() : below;
    if (is_archive) folder /= below.stem();
    if (!folder.empty() && folder != ".") member.folder = mend_utf8(folder.string()) + "/";
    const Catalog& own = member.source->catalog();
    member.count = own.size();
    for (int64_t i = 0; i < own.size(); ++i) {
      catalog_.paths.push_back(member.folder + own.paths[static_cast<size_t>(i)]);
      labels.push_back(own.label_name(i));
    }
    catalog_.splits.insert(catalog_.splits.end(), own.splits.begin(), own.splits.end());
    if (catalog_.size() > most_images) fail("the inputs hold more than {} files", most_images);
    members_.push_back(std::move(member));
  }

  std::vector<Member> members_;
  Catalog catalog_;
};

}  // namespace

fs::path folder_of_all(std::span<const fs::path> inputs) {
  fs::path root = absolute_place(inputs.front()).parent_path();
  for (const fs::path& input : inputs.subspan(1)) {
    root = common_folder(root, absolute_place(input).parent_path());
  }
  return root;
}

std::unique_ptr<ImageSource> open_together(std::span<const fs::path> inputs) {
  return std::make_unique<TogetherSource>(inputs);
}

}  // namespace tsimcne
