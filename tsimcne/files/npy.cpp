#include "tsimcne/files/npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <fstream>
#include <limits>
#include <numeric>
#include <optional>

#include "tsimcne/error.hpp"
#include "tsimcne/files/npy_stream.hpp"
#include "tsimcne/files/whole_file.hpp"

// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

namespace tsimcne {

static_assert(std::endian::native == std::endian::little, "arrays are read and written in place");

namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// The header: a Python dictionary of three known keys.
struct Header {
  std::optional<std::string> dtype;
  std::optional<bool> fortran_order;
  std::optional<std::vector<int64_t>> shape;
};

/// Reads as much of Python's syntax as numpy writes into headers.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Header read() {
    Header header;
    expect('{');
    while (!accept('}')) {
      const std::string key = read_text();
      expect(':');
      if (key == "descr") {
        header.dtype = read_dtype();
      } else if (key == "fortran_order") {
        header.fortran_order = read_bool();
      } else if (key == "shape") {
        header.shape = read_shape();
      } else {
        fail("{} has the unknown key '{}' in its npy header", name_, key);
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    return header;
  }

 private:
  std::string read_dtype() {
    if (next() == '[') {
      fail("{} is an array of records; expected one of plain numbers or text", name_);
    }
    return read_text();
  }

  std::string read_text() {
    const char quote = next();
    if (quote != '\'' && quote != '"') fail_damaged();
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail_damaged();
    const size_t start = std::exchange(at_, end + 1) + 1;
    return std::string(text_.substr(start, end - start));
  }

  bool read_bool() {
    next();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    fail_damaged();
  }

  std::vector<int64_t> read_shape() {
    std::vector<int64_t> shape;
    expect('(');
    while (!accept(')')) {
      next();
      int64_t extent = 0;
      const char* const end = text_.data() + text_.size();
      const auto [after, error] = std::from_chars(text_.data() + at_, end, extent);
      if (error != std::errc() || extent < 0) fail("{} has an impossible shape", name_);
      at_ = static_cast<size_t>(after - text_.data());
      shape.push_back(extent);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  /// The next character that is no space; '\0' at the end.
  char next() {
    at_ = std::min(text_.find_first_not_of(" \n", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool accept(char c) {
    if (next() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail_damaged();
  }

  [[noreturn]] void fail_damaged() const {
    fail("{} has a damaged npy header near its byte {}; write the file again", name_, at_);
  }

  std::string_view text_;
  const std::string& name_;
  size_t at_ = 0;
};

void read_exactly(const ReadBytes& read, std::span<std::byte> bytes, const std::string& name) {
  const size_t got = read(bytes);
  if (got < bytes.size()) {
    fail("{} is cut short: {} bytes were expected where {} are left", name, bytes.size(), got);
  }
}

std::string read_header_text(const ReadBytes& read, const std::string& name) {
  std::array<uint8_t, 8> start{};
  read_exactly(read, std::as_writable_bytes(std::span(start)), name);
  if (!std::equal(magic.begin(), magic.end(), start.begin(),
                  [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; })) {
    fail("{} is not in numpy's npy format", name);
  }
  const int version = start[6];
  if (version < 1 || version > 3) {
    fail("{} is in npy format {}; expected 1 to 3", name, version);
  }
  std::array<uint8_t, 4> length{};  // two bytes in version 1
  const size_t length_bytes = version == 1 ? 2 : 4;
  read_exactly(read, std::as_writable_bytes(std::span(length)).first(length_bytes), name);
  const auto size = std::bit_cast<uint32_t>(length);
  if (size > (1u << 20))
    fail("{} has an npy header of {} bytes; expected at most 1 MiB", name, size);
  std::string text(size, '\0');
  read_exactly(read, std::as_writable_bytes(std::span(text)), name);
  return text;
}

/// The bytes an array of this shape takes.
int64_t array_bytes(const std::vector<int64_t>& shape, int64_t item, int64_t most,
                    const std::string& name) {
  int64_t bytes = item;
  for (const int64_t extent : shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) fail("{} has an impossible shape", name);
  }
  if (bytes > most) {
    fail("{} promises {} bytes of numbers where at most {} can be", name, bytes, most);
  }
  return bytes;
}

std::vector<std::byte> read_growing(const ReadBytes& read, int64_t size, const std::string& name) {
  constexpr size_t first = size_t{64} << 20;
  const auto wanted = static_cast<size_t>(size);
  std::vector<std::byte> bytes;
  while (bytes.size() < wanted) {
    const size_t before = bytes.size();
    bytes.resize(std::min(wanted, std::max(first, 2 * before)));
    read_exactly(read, std::span(bytes).subspan(before), name);
  }
  return bytes;
}

template <typename T>
constexpr const char* dtype_of = nullptr;
template <>
constexpr const char* dtype_of<float> = "<f4";
template <>
constexpr const char* dtype_of<int32_t> = "<i4";
template <>
constexpr const char* dtype_of<int64_t> = "<i8";
template <>
constexpr const char* dtype_of<uint8_t> = "|u1";

}  // namespace

int64_t NpyArray::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

NpyView::NpyView(std::span<const float> values, std::vector<int64_t> extents)
    : dtype(dtype_of<float>), shape(std::move(extents)), bytes(std::as_bytes(values)) {}
NpyView::NpyView(std::span<const int32_t> values, std::vector<int64_t> extents)
    : dtype(dtype_of<int32_t>), shape(std::move(extents)), bytes(std::as_bytes(values)) {}
NpyView::NpyView(std::span<const int64_t> values, std::vector<int64_t> extents)
    : dtype(dtype_of<int64_t>), shape(std::move(extents)), bytes(std::as_bytes(values)) {}
NpyView::NpyView(std::span<const uint8_t> values, std::vector<int64_t> extents)
    : dtype(dtype_of<uint8_t>), shape(std::move(extents)), bytes(std::as_bytes(values)) {}
NpyView::NpyView(const NpyArray& array)
    : dtype(array.dtype), shape(array.shape), bytes(array.bytes) {}

int64_t item_bytes(std::string_view dtype) {
  for (const std::string_view word :
       {"|b1", "|u1", "|i1", "<u2", "<i2", "<f2", "<u4", "<i4", "<f4", "<u8", "<i8", "<f8"}) {
    if (dtype == word) return word.back() - '0';
  }
  if (!dtype.starts_with("<U") && !dtype.starts_with("|S")) return 0;
  int32_t letters = 0;
  const char* const end = dtype.data() + dtype.size();
  const auto [after, error] = std::from_chars(dtype.data() + 2, end, letters);
  if (error != std::errc() || after != end || letters < 0) return 0;
  return dtype[1] == 'U' ? int64_t{4} * letters : letters;
}

/// Elements whose first index runs fastest, with the last one fastest.
std::vector<std::byte> from_fortran_order(const std::vector<std::byte>& bytes,
                                          const std::vector<int64_t>& shape, int64_t item) {
  std::vector<std::byte> ordered(bytes.size());
  std::vector<int64_t> index(shape.size()), strides(shape.size(), item);
  for (size_t d = 1; d < shape.size(); ++d) strides[d] = strides[d - 1] * shape[d - 1];
  int64_t from = 0;
  for (int64_t to = 0; to < std::ssize(bytes); to += item) {
    std::copy_n(bytes.begin() + from, item, ordered.begin() + to);
    for (size_t d = shape.size(); d-- > 0;) {
      from += strides[d];
      if (++index[d] < shape[d]) break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return ordered;
}

namespace {

/// Opens a .npy file; `use` also gets the most bytes that it can hold.
void visit_npy(const std::filesystem::path& path,
               const std::function<void(const ReadBytes& read, int64_t most)>& use) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    fail("{} cannot be read: {}", path.string(), error ? error.message() : "it does not open");
  }
  const ReadBytes read = [&in](std::span<std::byte> bytes) {
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return static_cast<size_t>(in.gcount());
  };
  use(read, static_cast<int64_t>(size));
}

}  // namespace

NpyHeader read_npy_header(const ReadBytes& read, const std::string& name, int64_t most) {
  const std::string text = read_header_text(read, name);
  Header header = HeaderReader(text, name).read();
  if (!header.dtype || !header.fortran_order || !header.shape) {
    fail("{} has an npy header without descr, fortran_order or shape", name);
  }
  const int64_t item = item_bytes(*header.dtype);
  if (item == 0) {
    fail("{} is of type '{}'; expected little-endian numbers, bools or text of a fixed length",
         name, *header.dtype);
  }
  const int64_t bytes = array_bytes(*header.shape, item, most, name);
  return {std::move(*header.dtype), std::move(*header.shape), *header.fortran_order, bytes};
}

NpyArray read_npy_body(NpyHeader header, const ReadBytes& read, const std::string& name) {
  NpyArray array{std::move(header.dtype), std::move(header.shape),
                 read_growing(read, header.bytes, name)};
  std::byte more{};
  if (read({&more, 1}) != 0) fail("{} has more bytes than its shape tells", name);
  if (header.is_fortran_order) {
    array.bytes = from_fortran_order(array.bytes, array.shape, item_bytes(array.dtype));
  }
  return array;
}

NpyArray read_npy_stream(const ReadBytes& read, const std::string& name, int64_t most) {
  return read_npy_body(read_npy_header(read, name, most), read, name);
}

std::string npy_header(const NpyView& array) {
  NpyArray counted{array.dtype, array.shape, {}};
  if (counted.size() * item_bytes(array.dtype) != static_cast<int64_t>(array.bytes.size())) {
    fail("an array of shape ({}) and type '{}' cannot have {} bytes", fmt::join(array.shape, ", "),
         array.dtype, array.bytes.size());
  }
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", array.dtype,
                  fmt::join(array.shape, ", "), array.shape.size() == 1 ? "," : "");
  // numpy aligns the numbers to 64 bytes; magic, version and length take 10, the line end one.
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string start(magic);
  start +=
      {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  return start + header;
}

NpyArray read_npy(const std::filesystem::path& path) {
  NpyArray array;
  visit_npy(path, [&](const ReadBytes& read, int64_t most) {
    array = read_npy_stream(read, path.string(), most);
  });
  return array;
}

void visit_arrays(const std::filesystem::path& path, const VisitNpy& visit) {
  if (path.extension() == ".npz") return visit_npz(path, visit);
  visit_npy(path, [&](const ReadBytes& read, int64_t) { visit("", read); });
}

std::vector<std::vector<int64_t>> read_npy_shapes(const std::filesystem::path& path) {
  std::vector<std::vector<int64_t>> shapes;
  visit_arrays(path, [&](const std::string& name, const ReadBytes& read) {
    shapes.push_back(
        read_npy_header(read, name.empty() ? path.string() : name, most_npy_bytes).shape);
  });
  return shapes;
}

void write_npy(const NpyView& array, const std::filesystem::path& path) {
  WholeFile file(path);
  file.write(npy_header(array));
  file.write(array.bytes);
  file.commit();
}

}  // namespace tsimcne
