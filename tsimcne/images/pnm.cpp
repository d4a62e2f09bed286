#include <algorithm>
#include <string_view>

#include "tsimcne/error.hpp"
#include "tsimcne/images/image_formats.hpp"

// PBM, PGM and PPM: https://netpbm.sourceforge.net/doc/ppm.html
namespace tsimcne {
namespace {

constexpr std::string_view spaces = " \t\r\n\v\f";

/// Reads a file of this format from front to back.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> file) : file_(file) {}

  RgbPixels read() {
    kind_ = file_[1] - '0';
    at_ = 2;
    const int64_t width = read_number(), height = read_number();
    largest_ = is_bits() ? 1 : read_number();
    if (width < 1 || height < 1) fail("damaged: it declares no pixels");
    if (width * height > most_pixels) {
      fail("declares {} x {} pixels, more than the limit of 2^28", width, height);
    }
    if (largest_ < 1 || largest_ > 65535) {
      fail("damaged: its largest value is {}; expected 1 to 65535", largest_);
    }
    if (!is_text()) ++at_;  // one space, behind which anything may stand
    expect_bytes(width, height);
    RgbPixels pixels{static_cast<int>(width), static_cast<int>(height), {}};
    pixels.bytes.reserve(static_cast<size_t>(width * height) * 3);
    for (int64_t y = 0; y < height; ++y) read_row(width, pixels.bytes);
    return pixels;
  }

 private:
  bool is_text() const { return kind_ <= 3; }
  bool is_bits() const { return kind_ == 1 || kind_ == 4; }
  bool is_colour() const { return kind_ == 3 || kind_ == 6; }

  [[noreturn]] static void fail_short() { fail("damaged: it is cut short"); }

  /// A file that is too short is known before memory is taken: a value takes a byte at least, in
  /// text a digit.
  void expect_bytes(int64_t width, int64_t height) const {
    const int64_t values = width * (is_colour() ? 3 : 1);
    const int64_t value_bytes = !is_text() && largest_ > 255 ? 2 : 1;
    const int64_t row_bytes = kind_ == 4 ? (width + 7) / 8 : values * value_bytes;
    const int64_t left = std::ssize(file_) - static_cast<int64_t>(at_);
    if (left < row_bytes * height) fail_short();
  }

  uint8_t next() {
    if (at_ >= file_.size()) fail_short();
    return file_[at_++];
  }

  /// Passes over spaces and comments and answers what stands behind them.
  uint8_t next_of_text() {
    while (true) {
      uint8_t byte = next();
      if (byte == '#') {
        while (byte != '\n' && byte != '\r') byte = next();
      } else if (spaces.find(static_cast<char>(byte)) == spaces.npos) {
        return byte;
      }
    }
  }

  int64_t read_number() {
    uint8_t byte = next_of_text();
    int64_t number = 0;
    if (byte < '0' || byte > '9') fail("damaged: a number was expected at its byte {}", at_ - 1);
    for (int digits = 0; byte >= '0' && byte <= '9'; ++digits) {
      if (digits == 9) fail("damaged: the number at its byte {} is too long", at_ - 1);
      number = 10 * number + (byte - '0');
      if (at_ == file_.size()) return number;
      byte = next();
    }
    --at_;  // what ended the number
    return number;
  }

  uint8_t scaled(int64_t value) const {
    return static_cast<uint8_t>((std::min(value, largest_) * 255 + largest_ / 2) / largest_);
  }

  /// One value, black 0 and white 255.
  uint8_t read_value() {
    if (kind_ == 1) {
      const uint8_t bit = next_of_text();
      if (bit != '0' && bit != '1') fail("damaged: expected 0 or 1 at its byte {}", at_ - 1);
      return bit == '0' ? 255 : 0;
    }
    if (is_text()) return scaled(read_number());
    const int64_t first = next();
    return scaled(largest_ > 255 ? first << 8 | next() : first);
  }

  void read_row(int64_t width, std::vector<uint8_t>& rgb) {
    if (kind_ == 4) {
      uint8_t bits = 0;
      for (int64_t x = 0; x < width; ++x) {
        if (x % 8 == 0) bits = next();
        rgb.insert(rgb.end(), 3, (bits >> (7 - x % 8) & 1) == 0 ? 255 : 0);
      }
      return;
    }
    for (int64_t x = 0; x < width; ++x) {
      if (is_colour()) {
        for (int c = 0; c < 3; ++c) rgb.push_back(read_value());
      } else {
        rgb.insert(rgb.end(), 3, read_value());
      }
    }
  }

  std::span<const uint8_t> file_;
  size_t at_ = 0;
  int kind_ = 0;  // 1 to 3: bits, grey and colours as text; 4 to 6: as bytes
  int64_t largest_ = 1;
};

}  // namespace

RgbPixels read_pnm(std::span<const uint8_t> file) {
  return Reader(file).read();
}

}  // namespace tsimcne
