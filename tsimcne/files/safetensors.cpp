#include "tsimcne/files/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little endian");

using Json = nlohmann::ordered_json;

constexpr size_t length_bytes = 8;
constexpr size_t most_header_bytes = 100'000'000;  // the format's own bound

/// Bytes of one number, 0 for an unknown type.
size_t size_of_type(const std::string& type) {
  static const std::map<std::string, size_t> sizes = {
      {"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4}, {"I32", 4}, {"U32", 4}, {"F16", 2},
      {"I16", 2}, {"U16", 2}, {"BF16", 2}, {"I8", 1},  {"U8", 1},  {"BOOL", 1}};
  const auto found = sizes.find(type);
  return found == sizes.end() ? 0 : found->second;
}

/// Parses the header and refuses what a JSON library lets pass: names that stand twice, which
/// readers resolve differently, and nesting deeper than the format has.
Json parse_header(std::string_view text) {
  std::vector<std::set<std::string>> names;
  const auto check = [&names](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > 4) throw Error("it is nested too deeply");
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key &&
        !names.back().insert(parsed.get<std::string>()).second) {
      fail("the name \"{}\" stands twice", parsed.get<std::string>());
    }
    return true;
  };
  Json header = Json::parse(text, check);
  if (!header.is_object()) throw Error("it is not an object");
  return header;
}

/// The number of bytes that type and shape ask for.
uint64_t bytes_of(const StoredTensor& tensor) {
  uint64_t bytes = size_of_type(tensor.type);
  if (bytes == 0) fail("tensor \"{}\" has the unknown type \"{}\"", tensor.name, tensor.type);
  for (const int64_t length : tensor.shape) {
    if (length < 0 || __builtin_mul_overflow(bytes, static_cast<uint64_t>(length), &bytes)) {
      fail("tensor \"{}\" has an impossible shape", tensor.name);
    }
  }
  return bytes;
}

StoredTensor parse_tensor(const std::string& name, const Json& entry,
                          std::span<const std::byte> data) {
  StoredTensor tensor{name, entry.at("dtype"), entry.at("shape"), {}};
  const std::vector<uint64_t> offsets = entry.at("data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    fail("tensor \"{}\" lies outside the {} bytes of data", name, data.size());
  }
  tensor.bytes = data.subspan(offsets[0], offsets[1] - offsets[0]);
  if (tensor.bytes.size() != bytes_of(tensor)) {
    fail("tensor \"{}\" has {} bytes where its type and shape need {}", name, tensor.bytes.size(),
         bytes_of(tensor));
  }
  return tensor;
}

/// Every byte of the data belongs to exactly one tensor.
void check_tiling(const std::vector<StoredTensor>& tensors, std::span<const std::byte> data) {
  std::vector<std::span<const std::byte>> parts;
  for (const StoredTensor& tensor : tensors) parts.push_back(tensor.bytes);
  std::ranges::sort(parts, {},
                    [](const auto& part) { return std::pair(part.data(), part.size()); });
  const std::byte* end = data.data();
  for (const auto& part : parts) {
    if (part.data() != end) throw Error("its tensors overlap or leave gaps");
    end = part.data() + part.size();
  }
  if (end != data.data() + data.size()) throw Error("it has bytes that belong to no tensor");
}

std::string header_of(std::span<const StoredTensor> tensors, const Metadata& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const StoredTensor& tensor : tensors) {
    if (header.contains(tensor.name)) fail("two tensors are named \"{}\"", tensor.name);
    if (tensor.bytes.size() != bytes_of(tensor)) fail("tensor \"{}\" is not whole", tensor.name);
    const uint64_t end = offset + tensor.bytes.size();
    header[tensor.name] = {
        {"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data starts at a multiple of eight bytes
  return text;
}

}  // namespace

StoredTensors StoredTensors::read(const std::filesystem::path& path) try {
  StoredTensors file;
  file.bytes_ = read_whole_file(path, int64_t{1} << 40);
  const std::span<const std::byte> all = std::as_bytes(std::span(file.bytes_));
  uint64_t length = 0;
  if (all.size() < length_bytes) throw Error("it is too short");
  std::memcpy(&length, all.data(), length_bytes);
  if (length > std::min(all.size() - length_bytes, most_header_bytes)) {
    fail("its header claims {} bytes", length);
  }
  const Json header = parse_header(std::string_view(file.bytes_).substr(length_bytes, length));
  const std::span<const std::byte> data = all.subspan(length_bytes + length);
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      file.metadata_ = entry.get<Metadata>();
    } else {
      file.tensors_.push_back(parse_tensor(name, entry, data));
    }
  }
  check_tiling(file.tensors_, data);
  return file;
} catch (const nlohmann::json::exception& error) {
  fail("{} is not a sound safetensors file: {}", path.string(), error.what());
} catch (const Error& error) {
  if (!std::filesystem::exists(path)) throw;
  fail("{} is not a sound safetensors file: {}", path.string(), error.what());
}

void write_safetensors(const std::filesystem::path& path, std::span<const StoredTensor> tensors,
                       const Metadata& metadata) {
  const std::string header = header_of(tensors, metadata);
  const uint64_t length = header.size();
  WholeFile file(path);
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(header);
  for (const StoredTensor& tensor : tensors) file.write(tensor.bytes);
  file.commit();
}

}  // namespace tsimcne
