#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/image_formats.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/table.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// To read on behind a member that cannot be read, an archive is walked through from its begin.
constexpr int most_broken = 100;
constexpr int64_t most_sidecar_bytes = int64_t{1} << 16;

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

/// The path up to the first dot of its file name: what belongs together in a WebDataset.
std::string key_of(const std::string& path) {
  const size_t name = path.rfind('/') + 1;  // 0 where there is none
  return path.substr(0, path.find('.', name));
}

/// The label among the fields of an object; "" where there is none.
std::string label_in_json(const std::string& text) {
  const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return "";
  for (const char* const name : {"label", "cls", "class", "category"}) {
    const auto field = object.find(name);
    if (field == object.end()) continue;
    if (field->is_string()) return field->get<std::string>();
    if (field->is_number_integer()) return field->dump();
  }
  return "";
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
    refuse_cifar();
    pass_over_runs();
    leave_out_sidecars();
    if (members_.empty() && skipped_.empty()) {
      fail("{} holds no file: expected an archive of images", file_.string());
    }
    std::vector<std::string> paths, labels;
    for (const auto& [path, number] : members_) {
      paths.push_back(path);
      numbers_.push_back(number);
      const auto label = labels_.find(key_of(path));
      labels.push_back(label == labels_.end() ? "" : mend_utf8(label->second));
    }
    members_.clear();
    const size_t wrapped = paths.empty() ? 0 : find_wrapper(paths).size();
    for (std::string& path : paths) path.erase(0, wrapped);
    catalog_ = catalog_of_paths(paths);
    has_own_labels_ = std::ranges::any_of(labels, [](const auto& label) { return !label.empty(); });
    if (has_own_labels_) set_labels(catalog_, labels);
  }

  Catalog& catalog() override { return catalog_; }
  bool is_tree() const override { return true; }
  bool has_own_labels() const override { return has_own_labels_; }
  std::vector<SkippedImage> skipped() const override { return skipped_; }
  std::vector<std::string> notes() const override { return notes_; }

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
        read_label(path, size, reader);
      }
      if (std::ssize(members_) > most_images || std::ssize(skipped_) > most_images) {
        fail("{} holds more than {} files", file_.string(), most_images);
      }
    }
  }

  /// WebDataset's shards have a file .cls or .json beside an image, with its label.
  void read_label(const std::string& path, int64_t size, ArchiveReader& reader) {
    const bool is_class = path.ends_with(".cls"), is_json = path.ends_with(".json");
    if ((!is_class && !is_json) || size > most_sidecar_bytes) return;
    const std::vector<uint8_t> bytes = reader.read_member().bytes;
    const std::string text(bytes.begin(), bytes.end());
    const std::string label = is_class ? std::string(trimmed(text)) : label_in_json(text);
    if (label.empty()) return;
    if (is_class) {
      labels_.insert_or_assign(key_of(path), label);
    } else {
      labels_.try_emplace(key_of(path), label);
    }
  }

  /// What stands beside an image under the same key is no file that could not be read.
  void leave_out_sidecars() {
    static constexpr std::array<std::string_view, 6> endings = {".cls", ".json", ".txt",
                                                                ".npy", ".id",   ".index"};
    const auto is_sidecar = [&](const std::string& path) {
      return std::ranges::any_of(endings, [&](std::string_view e) { return path.ends_with(e); });
    };
    std::set<std::string> keys;
    for (const auto& [path, number] : members_) {
      if (!is_sidecar(path)) keys.insert(key_of(path));
    }
    std::erase_if(members_, [&](const auto& member) {
      return is_sidecar(member.first) && keys.contains(key_of(member.first));
    });
  }

  /// Folders that this program made, as in a folder of images.
  void pass_over_runs() {
    std::vector<std::string> runs;
    for (const auto& [path, number] : members_) {
      if (!path.ends_with("/images.pack")) continue;
      const std::string folder = path.substr(0, path.size() - std::string("images.pack").size());
      if (members_.contains(folder + "config.toml")) runs.push_back(folder);
    }
    for (const std::string& run : runs) {
      const auto first = members_.lower_bound(run);
      auto last = first;
      while (last != members_.end() && last->first.starts_with(run)) ++last;
      members_.erase(first, last);
      notes_.push_back(
          fmt::format("{} is the work of tsimcne and passed over", run.substr(0, run.size() - 1)));
    }
  }

  /// CIFAR's own archives, which unpacked would be known.
  void refuse_cifar() const {
    for (const auto& [path, number] : members_) {
      const std::string name = fs::path(path).filename().string();
      if (name == "data_batch_1" || name == "fine_label_names.txt" || name == "data_batch_1.bin") {
        fail("{} is CIFAR's own archive{}; unpack it and name the folder of its .bin files",
             file_.string(),
             name == "data_batch_1"
                 ? " of Python pickles, which are not run here: take the one that "
                   "is called binary"
                 : "");
      }
    }
  }

  fs::path file_;
  std::map<std::string, int64_t> members_;     // path and number of the member, while listing
  std::map<std::string, std::string> labels_;  // by key
  bool has_own_labels_ = false;
  std::vector<std::string> notes_;
  std::vector<int64_t> numbers_;  // of each image in the catalog
  Catalog catalog_;
  std::vector<SkippedImage> skipped_;
};

}  // namespace

std::unique_ptr<ImageSource> open_archive(const fs::path& input) {
  if (!fs::is_regular_file(input) || !ArchiveReader(input).knows_format()) return nullptr;
  return std::make_unique<ArchiveSource>(input);
}

}  // namespace tsimcne
