#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <map>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/image_formats.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// To read on behind a member that cannot be read, an archive is walked through from its begin.
constexpr int most_broken = 100;

/// One walk through the members of an archive, from the first to the last.
class ArchiveReader {
 public:
  explicit ArchiveReader(const fs::path& path)
      : name_(path.string()), archive_(archive_read_new()) {
    archive* a = archive_.get();
    // By name and not "all", since that one also starts outside programs.
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_lzma(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_lz4(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_zip(a);
    is_open_ = archive_read_open_filename(a, path.c_str(), 1 << 18) == ARCHIVE_OK;
  }

  /// Whether this is an archive at all, judged by its begin.
  bool knows_format() {
    return is_open_ && archive_read_next_header(archive_.get(), &entry_) >= ARCHIVE_WARN;
  }

  /// Steps to the next member; false behind the last.
  bool next() {
    const int result = archive_read_next_header(archive_.get(), &entry_);
    if (result == ARCHIVE_EOF) return false;
    if (result < ARCHIVE_WARN) fail_damaged();
    ++members_;
    return true;
  }

  archive_entry* entry() const { return entry_; }

  /// The member's name as UTF-8 where the archive knows its characters, else its bytes.
  std::string name() const {
    const char* name = archive_entry_pathname_utf8(entry_);
    if (name == nullptr) name = archive_entry_pathname(entry_);
    return name == nullptr ? "" : name;
  }

  /// The member's content, or its first bytes where they are of no image that is read. Memory grows
  /// with what is there, not with what the header claims.
  FoundImage read_member() {
    FoundImage found;
    std::vector<uint8_t>& bytes = found.bytes;
    size_t filled = 0;
    while (found.problem.empty()) {
      bytes.resize(filled + std::max(filled, size_t{1} << 14));
      const la_ssize_t count =
          archive_read_data(archive_.get(), bytes.data() + filled, bytes.size() - filled);
      if (count < 0) {
        found.problem = fmt::format("damaged: {}", complaint());
        is_broken_ = count == ARCHIVE_FATAL;
      }
      if (count <= 0) break;
      filled += static_cast<size_t>(count);
      if (filled > size_t{most_file_bytes}) {
        found.problem = fmt::format("has more bytes than the limit of 2^30");
      }
      if (filled >= start_bytes && !begins_as_image(std::span(bytes).first(filled))) break;
    }
    bytes.resize(filled);
    return found;
  }

  /// Whether the member that was read last is damaged so that nothing behind it can be reached.
  bool is_broken() const { return is_broken_; }

 private:
  std::string complaint() const {
    const char* const cause = archive_error_string(archive_.get());
    return cause == nullptr ? "unknown cause" : cause;
  }

  [[noreturn]] void fail_damaged() const {
    fail("{} is damaged or cut short behind member {}: {}", name_, members_, complaint());
  }

  struct Free {
    void operator()(archive* a) const { archive_read_free(a); }
  };

  std::string name_;
  std::unique_ptr<archive, Free> archive_;
  archive_entry* entry_ = nullptr;
  int64_t members_ = 0;
  bool is_open_ = false;
  bool is_broken_ = false;
};

/// The member's name without empty and "." parts; "" where a part is hidden ("..", too).
std::string clean_name(const std::string& name) {
  std::string clean;
  for (const fs::path& part : fs::path(name).relative_path()) {
    if (part.empty() || part == ".") continue;
    if (is_hidden(part.string())) return "";
    if (!clean.empty()) clean += '/';
    clean += part.string();
  }
  return clean;
}

bool leads_out(const std::string& name) {
  const fs::path path(name);
  return std::ranges::find(path, fs::path("..")) != path.end();
}

/// The one folder that holds all the paths, with its slash; "" where there is none or where it
/// names a split.
std::string find_wrapper(const std::vector<std::string>& paths) {
  const std::string& first = paths.front();
  const size_t slash = first.find('/');
  if (slash == first.npos || split_of_folder(first.substr(0, slash)) != Split::none) return "";
  const std::string wrapper = first.substr(0, slash + 1);
  const bool holds_all = std::ranges::all_of(
      paths, [&](const std::string& path) { return path.starts_with(wrapper); });
  return holds_all ? wrapper : "";
}

class ArchiveSource : public ImageSource {
 public:
  explicit ArchiveSource(fs::path file) : file_(std::move(file)) {
    list_members();
    if (members_.empty()) fail("{} holds no file: expected an archive of images", file_.string());
    std::vector<std::string> paths;
    for (const auto& [path, number] : members_) paths.push_back(path);
    const size_t wrapped = find_wrapper(paths).size();
    for (std::string& path : paths) path.erase(0, wrapped);
    catalog_ = catalog_of_paths(paths);
    for (const auto& [path, number] : members_) numbers_.push_back(number);
    members_.clear();
  }

  Catalog& catalog() override { return catalog_; }
  bool labels_follow_paths() const override { return true; }
  std::vector<SkippedImage> skipped() const override { return skipped_; }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    std::vector<std::pair<int64_t, size_t>> order;  // number of the member, position in wanted
    for (size_t position = 0; position < wanted.size(); ++position) {
      order.emplace_back(numbers_[static_cast<size_t>(wanted[position])], position);
    }
    std::ranges::sort(order);
    auto reader = std::make_unique<ArchiveReader>(file_);
    int64_t number = -1;
    int broken = 0;
    for (const auto& [wanted_number, position] : order) {
      if (reader->is_broken()) {
        if (++broken == most_broken) fail("{} has too many damaged members", file_.string());
        reader = std::make_unique<ArchiveReader>(file_);
        number = -1;
      }
      for (; number < wanted_number; ++number) {
        if (!reader->next()) fail("{} has changed while it was read", file_.string());
      }
      FoundImage found = reader->read_member();
      found.position = position;
      if (!receive(std::move(found))) return;
    }
  }

 private:
  void list_members() {
    ArchiveReader reader(file_);
    for (int64_t number = 0; reader.next(); ++number) {
      archive_entry* entry = reader.entry();
      const std::string path = clean_name(reader.name());
      const auto type = archive_entry_filetype(entry);
      if (leads_out(reader.name())) {
        skipped_.push_back({mend_utf8(reader.name()), "its name leads out of the archive"});
        continue;
      }
      if (path.empty() || type == AE_IFDIR) continue;
      const int64_t size = archive_entry_size(entry);
      if (type != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
        skipped_.push_back({path, "a link or a device, not a file"});
      } else if (archive_entry_is_encrypted(entry) != 0) {
        skipped_.push_back({path, "encrypted; unpack the archive with its password"});
      } else if (size > most_file_bytes) {
        skipped_.push_back({path, fmt::format("has {} bytes, more than the limit of 2^30", size)});
      } else {
        members_[path] = number;  // the last of a name counts, as it would when unpacked
      }
      if (std::ssize(members_) > most_images || std::ssize(skipped_) > most_images) {
        fail("{} holds more than {} files", file_.string(), most_images);
      }
    }
  }

  fs::path file_;
  std::map<std::string, int64_t> members_;  // path and number of the member, while listing
  std::vector<int64_t> numbers_;            // of each image in the catalog
  Catalog catalog_;
  std::vector<SkippedImage> skipped_;
};

}  // namespace

std::unique_ptr<ImageSource> open_archive(const fs::path& input) {
  if (!fs::is_regular_file(input) || !ArchiveReader(input).knows_format()) return nullptr;
  return std::make_unique<ArchiveSource>(input);
}

}  // namespace tsimcne
