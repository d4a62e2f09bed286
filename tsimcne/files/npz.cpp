#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>

#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/npy_stream.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {

namespace {

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;
using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

std::string reason(archive* a) {
  const char* const text = archive_error_string(a);
  return text != nullptr ? text : "no reason is known";
}

Reader open_zip(const std::filesystem::path& path) {
  Reader zip(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(zip.get());
  constexpr size_t block = size_t{1} << 20;
  if (archive_read_open_filename(zip.get(), path.c_str(), block) != ARCHIVE_OK) {
    fail("{} cannot be read as an npz archive: {}", path.string(), reason(zip.get()));
  }
  return zip;
}

ReadBytes entry_reader(archive* zip, const std::string& name) {
  return [zip, &name](std::span<std::byte> bytes) {
    const la_ssize_t got = archive_read_data(zip, bytes.data(), bytes.size());
    if (got < 0) fail("{} cannot be read: {}", name, reason(zip));
    return static_cast<size_t>(got);
  };
}

void check(int result, archive* zip, const std::filesystem::path& path) {
  if (result < ARCHIVE_WARN) fail("{} cannot be written: {}", path.string(), reason(zip));
}

void write_entry(archive* zip, const std::string& name, const NpyView& array,
                 const std::filesystem::path& path) {
  const std::string header = npy_header(array);
  const bool text = array.dtype.starts_with("<U");  // mostly zeros
  check(text ? archive_write_zip_set_compression_deflate(zip)
             : archive_write_zip_set_compression_store(zip),
        zip, path);
  const Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), (name + ".npy").c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), 315619200, 0);  // 1980-01-02: the same map, the same file
  archive_entry_set_size(entry.get(), static_cast<int64_t>(header.size() + array.bytes.size()));
  check(archive_write_header(zip, entry.get()), zip, path);
  for (auto bytes : {std::as_bytes(std::span(header)), array.bytes}) {
    if (archive_write_data(zip, bytes.data(), bytes.size()) != std::ssize(bytes)) {
      check(ARCHIVE_FATAL, zip, path);
    }
  }
  check(archive_write_finish_entry(zip), zip, path);
}

}  // namespace

void visit_npz(const std::filesystem::path& path, const VisitNpy& visit) {
  const Reader zip = open_zip(path);
  archive_entry* entry = nullptr;
  int result = ARCHIVE_OK;
  while ((result = archive_read_next_header(zip.get(), &entry)) == ARCHIVE_OK) {
    const char* const entry_path = archive_entry_pathname_utf8(entry);
    std::string name = entry_path != nullptr ? entry_path : "";
    if (!name.ends_with(".npy")) continue;
    name.resize(name.size() - 4);
    const std::string full_name = fmt::format("{} in {}", name, path.string());
    visit(name, entry_reader(zip.get(), full_name));
  }
  if (result != ARCHIVE_EOF) {
    fail("{} cannot be read as an npz archive: {}", path.string(), reason(zip.get()));
  }
}

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path,
                                         std::span<const std::string_view> names) {
  std::map<std::string, NpyArray> arrays;
  int64_t left = most_npy_bytes;
  visit_npz(path, [&](const std::string& name, const ReadBytes& read) {
    if (!names.empty() && std::ranges::find(names, name) == names.end()) return;
    NpyArray array = read_npy_stream(read, fmt::format("{} in {}", name, path.string()), left);
    left -= std::ssize(array.bytes);
    arrays.insert_or_assign(name, std::move(array));
  });
  return arrays;
}

void write_npz(const std::map<std::string, NpyView>& arrays, const std::filesystem::path& path) {
  WholeFile file(path);
  const Writer zip(archive_write_new(), archive_write_free);
  check(archive_write_set_format_zip(zip.get()), zip.get(), path);
  check(archive_write_open_filename(zip.get(), file.temporary_path().c_str()), zip.get(), path);
  for (const auto& [name, array] : arrays) write_entry(zip.get(), name, array, path);
  check(archive_write_close(zip.get()), zip.get(), path);
  file.commit();
}

}  // namespace tsimcne
