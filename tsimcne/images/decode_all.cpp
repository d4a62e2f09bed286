#include "tsimcne/images/decode_all.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "tsimcne/images/fingerprint.hpp"

namespace tsimcne {
namespace {

constexpr size_t chunk_images = 1024;
constexpr size_t chunk_bytes = size_t{64} << 20;
constexpr int largest_own_side = 96;
constexpr int usual_side = 64;

/// One pass over the wanted images at one side.
class Pass {
 public:
  /// Side 0: that of the first image, and the pass fails where another has another shape.
  Pass(size_t count, int side, const ImageOptions& options, PackWriter& pack)
      : count_(count), options_(options), pack_(pack) {
    decoded_.problems.resize(count, "has vanished while the input was read");
    decoded_.hashes.resize(count);
    decoded_.shapes.resize(count);
    if (side > 0) settle(side);
  }

  /// False where the pass has failed and must be made again at the usual side.
  bool run(ImageSource& source, std::span<const int64_t> wanted) {
    source.read(wanted, [this](FoundImage&& found) {
      bytes_ += found.bytes.size();
      chunk_.push_back(std::move(found));
      if (chunk_.size() < chunk_images && bytes_ < chunk_bytes) return true;
      return decode_chunk();
    });
    return shapes_agree_ && decode_chunk();
  }

  DecodedImages take() {
    close_gaps();
    return std::move(decoded_);
  }

 private:
  size_t stride() const { return static_cast<size_t>(decoded_.side * decoded_.side) * 3; }

  void settle(int side) {
    decoded_.side = side;
    room_ = pack_.make_room(static_cast<int64_t>(count_), side);
  }

  bool decode_chunk() {
    for (size_t i = 0; decoded_.side == 0 && i < chunk_.size(); ++i) {
      if (const int side = choose_side(chunk_[i]); side > 0) settle(side);
    }
    if (decoded_.side > 0) decode_side_by_side();
    done_ += std::ssize(chunk_);
    chunk_.clear();
    bytes_ = 0;
    if (options_.progress) options_.progress(done_, static_cast<int64_t>(count_));
    return shapes_agree_;
  }

  /// The side for all if this image is to choose it; 0 where it does not decode.
  int choose_side(const FoundImage& found) try {
    const Shape own = measure_image(found);
    const int shorter = std::min(own.width, own.height);
    const int side = shorter <= largest_own_side ? shorter : usual_side;
    std::vector<uint8_t> trial(static_cast<size_t>(side * side) * 3);
    decode_image(found, side, options_.fit, trial);
    if (side == shorter) expected_ = own;
    return side;
  } catch (const std::exception& error) {
    decoded_.problems[found.position] = error.what();
    return 0;
  }

  void decode_side_by_side() {
    const auto count = std::ssize(chunk_);
    std::vector<char> failed(chunk_.size());
#pragma omp parallel for schedule(dynamic, 4)
    for (ptrdiff_t i = 0; i < count; ++i) {
      failed[static_cast<size_t>(i)] = !decode(chunk_[static_cast<size_t>(i)]);
    }
    // Once more and alone, since libvips keeps one list of complaints for all threads.
    for (size_t i = 0; i < failed.size(); ++i) {
      if (failed[i]) decode(chunk_[i]);
    }
  }

  bool decode(const FoundImage& found) {
    std::string& problem = decoded_.problems[found.position];
    try {
      const std::span<uint8_t> out = room_.subspan(found.position * stride(), stride());
      const Shape own = decode_image(found, decoded_.side, options_.fit, out);
      decoded_.shapes[found.position] = own;
      decoded_.hashes[found.position] = Fingerprint().add(out).value();
      problem.clear();
      if (expected_ && own != *expected_) {
#pragma omp atomic write
        shapes_agree_ = false;
      }
    } catch (const std::exception& error) {
      problem = error.what();
    }
    return problem.empty();
  }

  void close_gaps() {
    size_t kept = 0;
    for (size_t i = 0; i < count_; ++i) {
      if (!decoded_.problems[i].empty()) continue;
      if (kept != i) std::copy_n(&room_[i * stride()], stride(), &room_[kept * stride()]);
      ++kept;
    }
  }

  size_t count_;
  const ImageOptions& options_;
  PackWriter& pack_;
  DecodedImages decoded_;
  std::span<uint8_t> room_;
  std::optional<Shape> expected_;  // of every image, where the side is to be theirs
  bool shapes_agree_ = true;
  std::vector<FoundImage> chunk_;
  size_t bytes_ = 0;  // in the chunk
  int64_t done_ = 0;
};

}  // namespace

DecodedImages decode_all(ImageSource& source, std::span<const int64_t> wanted,
                         const ImageOptions& options, PackWriter& pack) {
  Pass pass(wanted.size(), options.size, options, pack);
  if (pass.run(source, wanted)) return pass.take();
  Pass again(wanted.size(), usual_side, options, pack);
  again.run(source, wanted);
  return again.take();
}

}  // namespace tsimcne
