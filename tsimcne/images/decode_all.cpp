#include "tsimcne/images/decode_all.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "tsimcne/images/fingerprint.hpp"

namespace tsimcne {
namespace {

constexpr size_t chunk_images = 1024;
constexpr size_t chunk_bytes = size_t{64} << 20;
constexpr int least_side = 8;  // the networks' first layers need as many
constexpr int largest_own_side = 96;
constexpr int usual_side = 64;

/// The side of an image that is fitted to the squares'.
int fitted_side(const Shape& shape, Fit fit) {
  return fit == Fit::crop ? std::min(shape.width, shape.height)
                          : std::max(shape.width, shape.height);
}

/// One pass over the images at one side. The room has a slot for each image that is to be decoded.
class Pass {
 public:
  /// Side 0: that of the first image, and the pass fails where another has another shape.
  Pass(size_t count, int side, const ImageOptions& options, PackWriter& pack)
      : slots_(count), options_(options), pack_(pack) {
    if (side > 0) settle(side);
  }

  /// Draws from `order` until every slot is filled. False where the pass has failed and must be
  /// made again at the usual side.
  bool run(ImageSource& source, std::span<const int64_t> order) {
    std::vector<size_t> free;
    for (size_t slot = 0; slot < slots_.size(); ++slot) free.push_back(slot);
    while (!free.empty() && !order.empty()) {
      free.resize(std::min(free.size(), order.size()));
      std::vector<int64_t> wanted(order.begin(), order.begin() + std::ssize(free));
      order = order.subspan(free.size());
      std::ranges::sort(wanted);
      if (!draw(source, wanted, free)) return false;
      std::erase_if(free, [&](size_t slot) { return slots_[slot].index >= 0; });
    }
    return true;
  }

  DecodedImages take() {
    order_slots();
    for (const Slot& slot : slots_) {
      decoded_.indices.push_back(slot.index);
      decoded_.hashes.push_back(slot.hash);
      decoded_.shapes.push_back(slot.shape);
      decoded_.darkest = std::min(decoded_.darkest, slot.darkest);
      decoded_.brightest = std::max(decoded_.brightest, slot.brightest);
    }
    std::ranges::sort(decoded_.problems);
    return std::move(decoded_);
  }

 private:
  struct Slot {
    int64_t index = -1;  // of the image in it; -1: none
    uint64_t hash = 0;
    Shape shape;
    uint8_t darkest = 255, brightest = 0;
  };

  size_t stride() const { return static_cast<size_t>(decoded_.side * decoded_.side) * 3; }
  std::span<uint8_t> pixels(size_t slot) const { return room_.subspan(slot * stride(), stride()); }

  void settle(int side) {
    decoded_.side = side;
    room_ = pack_.make_room(std::ssize(slots_), side);
  }

  /// Decodes wanted images, one into each of these slots.
  bool draw(ImageSource& source, std::span<const int64_t> wanted, std::span<const size_t> slots) {
    wanted_ = wanted;
    goals_ = slots;
    problems_.assign(wanted.size(), "has vanished while the input was read");
    source.read(wanted, [this](FoundImage&& found) {
      bytes_ += found.bytes.size();
      chunk_.push_back(std::move(found));
      if (chunk_.size() < chunk_images && bytes_ < chunk_bytes) return true;
      return decode_chunk();
    });
    if (!shapes_agree_ || !decode_chunk()) return false;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!problems_[i].empty()) decoded_.problems.emplace_back(wanted[i], problems_[i]);
    }
    return true;
  }

  bool decode_chunk() {
    for (size_t i = 0; decoded_.side == 0 && i < chunk_.size(); ++i) {
      if (const int side = choose_side(chunk_[i]); side > 0) settle(side);
    }
    if (decoded_.side > 0) decode_side_by_side();
    if (options_.decoded && shapes_agree_) show_chunk();
    done_ += std::ssize(chunk_);
    chunk_.clear();
    bytes_ = 0;
    const int64_t total = std::ssize(slots_);
    if (options_.progress) options_.progress(std::min(done_, total), total);
    return shapes_agree_;
  }

  /// The side for all if this image is to choose it; 0 where it does not decode.
  int choose_side(const FoundImage& found) try {
    const Shape own = measure_image(found);
    const int fitted = fitted_side(own, options_.fit);
    const bool is_small = fitted <= largest_own_side;
    const int side = is_small ? std::max(fitted, least_side) : usual_side;
    std::vector<uint8_t> trial(static_cast<size_t>(side * side) * 3);
    decode_image(found, side, options_.fit, trial);
    if (is_small) expected_ = own;
    return side;
  } catch (const std::exception& error) {
    problems_[found.position] = error.what();
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

  void show_chunk() const {
    for (const FoundImage& found : chunk_) {
      if (!problems_[found.position].empty()) continue;
      options_.decoded(pixels(goals_[found.position]), decoded_.side);
    }
  }

  bool decode(const FoundImage& found) {
    std::string& problem = problems_[found.position];
    try {
      const size_t goal = goals_[found.position];
      Slot& slot = slots_[goal];
      const std::span<uint8_t> out = pixels(goal);
      slot.shape = decode_image(found, decoded_.side, options_.fit, out);
      slot.hash = Fingerprint().add(out).value();
      const auto [darkest, brightest] = std::ranges::minmax(out);
      slot.darkest = darkest;
      slot.brightest = brightest;
      slot.index = wanted_[found.position];
      problem.clear();
      if (expected_ && slot.shape != *expected_) {
#pragma omp atomic write
        shapes_agree_ = false;
      }
    } catch (const std::exception& error) {
      problem = error.what();
    }
    return problem.empty();
  }

  /// Leaves the filled slots alone, in the order of their images.
  void order_slots() {
    std::vector<size_t> from;
    for (size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].index >= 0) from.push_back(i);
    }
    std::ranges::sort(from, {}, [&](size_t i) { return slots_[i].index; });
    std::vector<size_t> place(slots_.size());  // where the content of each slot has gone
    std::vector<size_t> content(slots_.size());
    for (size_t i = 0; i < slots_.size(); ++i) place[i] = content[i] = i;
    for (size_t to = 0; to < from.size(); ++to) {
      const size_t source = place[from[to]];
      if (source == to) continue;
      std::swap(slots_[to], slots_[source]);
      std::ranges::swap_ranges(pixels(to), pixels(source));
      std::swap(content[to], content[source]);
      place[content[to]] = to;
      place[content[source]] = source;
    }
    slots_.resize(from.size());
  }

  std::vector<Slot> slots_;
  const ImageOptions& options_;
  PackWriter& pack_;
  DecodedImages decoded_;
  std::span<uint8_t> room_;
  std::optional<Shape> expected_;  // of every image, where the side is to be theirs
  bool shapes_agree_ = true;
  std::span<const int64_t> wanted_;    // by the drawing that is under way
  std::span<const size_t> goals_;      // a slot for each of them
  std::vector<std::string> problems_;  // of each; "" where it was decoded
  std::vector<FoundImage> chunk_;
  size_t bytes_ = 0;  // in the chunk
  int64_t done_ = 0;
};

}  // namespace

DecodedImages decode_all(ImageSource& source, std::span<const int64_t> order, size_t count,
                         const ImageOptions& options, PackWriter& pack) {
  Pass pass(count, options.size, options, pack);
  if (pass.run(source, order)) return pass.take();
  Pass again(count, usual_side, options, pack);
  again.run(source, order);
  return again.take();
}

}  // namespace tsimcne
