#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/npy_stream.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/images/value_range.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

constexpr int64_t most_array_side = 4096;

/// How the numbers of an image stand in an array.
struct Layout {
  int64_t count = 0;
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;  // 1, 3 or 4, of which the last is alpha
  bool are_planes = false;

  int64_t numbers() const { return height * width * channels; }
};

bool is_channels(int64_t extent) {
  return extent == 1 || extent == 3 || extent == 4;
}

/// [n, h, w], [n, h, w, c], [n, c, h, w], or one image [h, w, c].
std::optional<Layout> layout_of(const std::vector<int64_t>& s) {
  if (s.size() == 3) {
    const bool is_one = (s[2] == 3 || s[2] == 4) && s[0] > 4 && s[1] > 4;
    return is_one ? Layout{1, s[0], s[1], s[2]} : Layout{s[0], s[1], s[2]};
  }
  if (s.size() != 4) return std::nullopt;
  if (is_channels(s[3])) return Layout{s[0], s[1], s[2], s[3]};
  if (is_channels(s[1])) return Layout{s[0], s[2], s[3], s[1], /*are_planes=*/true};
  return std::nullopt;
}

/// The words of an array's name in small letters, without those that only say that it holds images
/// or labels: "train" of "train_images", "y_train" and "X_train".
std::vector<std::string> telling_words(const std::string& name) {
  static constexpr std::array<std::string_view, 14> silent = {
      "images", "image", "imgs", "img",    "x",       "data",  "labels",
      "label",  "y",     "arr",  "target", "targets", "class", "classes"};
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  std::erase_if(words, [](const std::string& word) {
    return word.empty() || std::ranges::find(silent, word) != silent.end();
  });
  return words;
}

bool names_labels(const std::string& name) {
  for (const char* const word : {"label", "target", "class"}) {
    if (name.find(word) != name.npos) return true;
  }
  return name == "y" || name.starts_with("y_") || name.ends_with("_y");
}

/// An array of images.
struct Part {
  std::string name;
  std::string dtype;
  Layout layout;
  int64_t first = 0;  // index of its first image in the catalog

  int64_t row_bytes() const { return layout.numbers() * item_bytes(dtype); }
  bool has_bytes() const { return dtype == "|u1"; }
  bool is_float() const { return dtype[1] == 'f'; }
};

class ArraySource : public ImageSource {
 public:
  explicit ArraySource(fs::path file) : file_(std::move(file)) {
    std::map<std::vector<std::string>, NpyArray> labels;
    visit_arrays(file_, [&](const std::string& name, const ReadBytes& read) {
      NpyHeader header = read_npy_header(read, full_name(name), most_npy_bytes);
      if (header.shape.size() >= 3) {
        add_part(name, header, read);
      } else if (names_labels(name) && header.bytes <= most_label_bytes) {
        labels.insert_or_assign(telling_words(name),
                                read_npy_body(std::move(header), read, full_name(name)));
      }
    });
    fill_catalog(labels);
  }

  Catalog& catalog() override { return catalog_; }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = notes_;
    if (range_.black != 0 || range_.white != std::floor(range_.white)) {
      notes.push_back(fmt::format("numbers from {:.6g} to {:.6g} are scaled to black and white",
                                  range_.black, range_.white));
    }
    return notes;
  }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    size_t position = 0;
    auto part = parts_.begin();
    visit_arrays(file_, [&](const std::string& name, const ReadBytes& read) {
      if (part == parts_.end() || part->name != name || position == wanted.size()) return;
      read_npy_header(read, full_name(name), most_npy_bytes);
      for (int64_t i = 0; i < part->layout.count && position < wanted.size(); ++i) {
        const NpyArray row = read_row(*part, read);
        if (wanted[position] != part->first + i) continue;
        FoundImage found = image_of(*part, row);
        found.position = position++;
        if (!receive(std::move(found))) position = wanted.size();
      }
      ++part;
    });
  }

 private:
  static constexpr int64_t most_label_bytes = int64_t{1} << 30;

  std::string full_name(const std::string& name) const {
    return name.empty() ? file_.string() : fmt::format("{} in {}", name, file_.string());
  }

  void add_part(const std::string& name, const NpyHeader& header, const ReadBytes& read) {
    const std::optional<Layout> layout = layout_of(header.shape);
    if (!layout || header.dtype[1] == 'U' || header.dtype[1] == 'S') {
      fail(
          "{} has the shape ({}); expected images as [n, h, w], [n, h, w, c] or [n, c, h, w] of "
          "numbers, with 1, 3 or 4 channels",
          full_name(name), fmt::join(header.shape, ", "));
    }
    if (header.is_fortran_order) {
      fail("{} is in Fortran's order; save numpy.ascontiguousarray of it", full_name(name));
    }
    if (layout->height < 1 || layout->width < 1 || layout->height > most_array_side ||
        layout->width > most_array_side) {
      fail("{} holds images of {} x {} pixels; expected 1 to {} a side", full_name(name),
           layout->width, layout->height, most_array_side);
    }
    const int64_t first = parts_.empty() ? 0 : parts_.back().first + parts_.back().layout.count;
    if (layout->count > most_images - first) {
      fail("{} holds more than {} images", file_.string(), most_images);
    }
    parts_.push_back({name, header.dtype, *layout, first});
    measure(parts_.back(), read);
  }

  /// Reads all numbers once: they are there, and by their extent all images are scaled alike.
  void measure(const Part& part, const ReadBytes& read) {
    for (int64_t i = 0; i < part.layout.count; ++i) {
      const NpyArray row = read_row(part, read);
      if (part.has_bytes()) continue;
      for (const float number : to_floats(row, part.name)) extent_.add(number);
    }
    if (part.has_bytes()) return;
    is_float_ = is_float_ || part.is_float();
    range_ = part.dtype == "|b1" ? Range{0, 1} : range_for(extent_, is_float_);
  }

  NpyArray read_row(const Part& part, const ReadBytes& read) const {
    NpyArray row{part.dtype, {part.layout.numbers()}, {}};
    row.bytes.resize(static_cast<size_t>(part.row_bytes()));
    if (read(row.bytes) < row.bytes.size()) fail("{} is cut short", full_name(part.name));
    return row;
  }

  std::vector<uint8_t> bytes_of(const Part& part, const NpyArray& row) const {
    std::vector<uint8_t> bytes(static_cast<size_t>(part.layout.numbers()));
    if (part.has_bytes()) {
      std::ranges::transform(row.bytes, bytes.begin(),
                             [](std::byte b) { return static_cast<uint8_t>(b); });
      return bytes;
    }
    const std::vector<float> numbers = to_floats(row, part.name);
    const double scale = 255 / (range_.white - range_.black);
    std::ranges::transform(numbers, bytes.begin(), [&](float number) {
      const double value = (number - range_.black) * scale + 0.5;
      return static_cast<uint8_t>(value >= 0 ? std::min(value, 255.0) : 0.0);  // 0 for NaN
    });
    return bytes;
  }

  FoundImage image_of(const Part& part, const NpyArray& row) const {
    const Layout& layout = part.layout;
    const std::vector<uint8_t> bytes = bytes_of(part, row);
    const auto pixels = static_cast<size_t>(layout.height * layout.width);
    const auto channels = static_cast<size_t>(layout.channels);
    const auto value = [&](size_t pixel, size_t channel) {
      return bytes[layout.are_planes ? channel * pixels + pixel : pixel * channels + channel];
    };
    FoundImage found;
    found.width = static_cast<int>(layout.width);
    found.height = static_cast<int>(layout.height);
    found.bytes.reserve(3 * pixels);
    for (size_t i = 0; i < pixels; ++i) {
      for (size_t c = 0; c < 3; ++c) {
        const int colour = value(i, channels == 1 ? 0 : c);
        const int alpha = channels == 4 ? value(i, 3) : 255;
        found.bytes.push_back(
            static_cast<uint8_t>((colour * alpha + 255 * (255 - alpha) + 127) / 255));
      }
    }
    return found;
  }

  void fill_catalog(const std::map<std::vector<std::string>, NpyArray>& labels) {
    std::vector<std::string> names;
    for (const Part& part : parts_) {
      const std::vector<std::string> words = telling_words(part.name);
      Split split = Split::none;
      for (const std::string& word : words) {
        if (split == Split::none) split = split_of_folder(word);
      }
      const std::string folder = split != Split::none ? name_of(split) + "/"
                                 : parts_.size() > 1  ? part.name + "/"
                                                      : "";
      for (int64_t i = 0; i < part.layout.count; ++i) {
        catalog_.paths.push_back(fmt::format("{}{:05}", mend_utf8(folder), i));
      }
      catalog_.splits.resize(catalog_.paths.size(), split);
      if (const auto found = labels.find(words); found != labels.end()) {
        add_labels(part, found->second, names);
      }
      names.resize(catalog_.paths.size());
    }
    set_labels(catalog_, names);
  }

  void add_labels(const Part& part, const NpyArray& labels, std::vector<std::string>& names) {
    const int64_t rows = labels.shape.empty() ? 0 : labels.shape[0];
    if (rows != part.layout.count) {
      fail("{} has {} labels where the {} images of {} need one each", file_.string(), rows,
           part.layout.count, full_name(part.name));
    }
    if (labels.size() != rows) {
      notes_.push_back(fmt::format("{} has {} labels an image, which are left out; one is expected",
                                   file_.string(), rows == 0 ? 0 : labels.size() / rows));
      return;
    }
    const std::string name = fmt::format("the labels in {}", file_.string());
    if (holds_strings(labels)) {
      for (const std::string& label : to_strings(labels, name)) names.push_back(mend_utf8(label));
      return;
    }
    for (const int64_t label : to_integers(labels, name)) {
      names.push_back(label < 0 ? "" : std::to_string(label));
    }
  }

  fs::path file_;
  std::vector<Part> parts_;
  Extent extent_;
  bool is_float_ = false;
  Range range_;
  std::vector<std::string> notes_;
  Catalog catalog_;
};

}  // namespace

std::unique_ptr<ImageSource> open_arrays(const fs::path& input) {
  const fs::path kind = input.extension();
  if ((kind != ".npy" && kind != ".npz") || !fs::is_regular_file(input)) return nullptr;
  const auto is_image = [](const std::vector<int64_t>& shape) { return shape.size() >= 3; };
  if (std::ranges::none_of(read_npy_shapes(input), is_image)) {
    fail("{} holds no images: expected an array [n, h, w], [n, h, w, c] or [n, c, h, w]",
         input.string());
  }
  return std::make_unique<ArraySource>(input);
}

}  // namespace tsimcne
