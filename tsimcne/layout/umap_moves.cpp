#include "tsimcne/layout/umap_moves.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/layout/umap_moves.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Words = hn::RebindToUnsigned<Floats>;
using Indices = hn::RebindToSigned<Floats>;
using Vector = hn::Vec<Floats>;
using WordVector = hn::Vec<Words>;
using IndexVector = hn::Vec<Indices>;
using Mask = hn::Mask<Floats>;

struct Places {
  Vector x, y;
};

/// Places of points anywhere on the map.
HWY_INLINE Places gather(const float* map, IndexVector points) {
  const Floats d;
  const IndexVector x = hn::ShiftLeft<1>(points);
  return {hn::GatherIndex(d, map, x), hn::GatherIndex(d, map + 1, x)};
}

/// Random numbers from a counter: the finalizer of MurmurHash3 on multiples of an odd number, whose
/// start is the point's own.
class Draws {
 public:
  HWY_INLINE Draws(uint32_t key, IndexVector identities)
      : counter_(mixed(hn::Xor(hn::BitCast(Words(), identities), hn::Set(Words(), key)))) {}

  /// Points 0 .. count - 1.
  HWY_INLINE IndexVector below(uint32_t count) {
    const Words words;
    counter_ = hn::Add(counter_, hn::Set(words, 0x9E3779B9u));
    const WordVector bits = mixed(counter_);
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(Indices(), static_cast<int32_t>(uint64_t{hn::GetLane(bits)} * count >> 32));
#else
    const hn::Repartition<uint64_t, Words> wide;
    const WordVector all = hn::Set(words, count);
    const WordVector odd = hn::BitCast(words, hn::ShiftRight<32>(hn::BitCast(wide, bits)));
    const auto low = hn::ShiftRight<32>(hn::MulEven(bits, all)), high = hn::MulEven(odd, all);
    return hn::BitCast(Indices(), hn::OddEven(hn::BitCast(words, high), hn::BitCast(words, low)));
#endif
  }

 private:
  static HWY_INLINE WordVector mixed(WordVector x) {
    const Words words;
    x = hn::Mul(hn::Xor(x, hn::ShiftRight<16>(x)), hn::Set(words, 0x85EBCA6Bu));
    x = hn::Mul(hn::Xor(x, hn::ShiftRight<13>(x)), hn::Set(words, 0xC2B2AE35u));
    return hn::Xor(x, hn::ShiftRight<16>(x));
  }

  WordVector counter_;
};

HWY_INLINE Vector line(float slope, Vector x, float start) {
  const Floats d;
  return hn::MulAdd(hn::Set(d, slope), x, hn::Set(d, start));
}

/// To 3e-6, for x from 1e-38 on: the whole part is x's exponent, the rest a polynomial of least
/// largest error.
HWY_INLINE Vector log2_of(Vector x) {
  const Floats d;
  const Indices indices;
  const IndexVector bits = hn::BitCast(indices, x);
  const IndexVector exponent =  // of which the rest is from sqrt(1/2) to sqrt(2)
      hn::ShiftRight<23>(hn::Sub(bits, hn::Set(indices, 0x3F3504F3)));
  const Vector rest = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(exponent)));
  const Vector t = hn::Sub(rest, hn::Set(d, 1.0f)), t2 = hn::Mul(t, t);
  const Vector high =
      hn::MulAdd(line(-0.206605191f, t, 0.322143073f), t2, line(-0.367483761f, t, 0.479349669f));
  const Vector all = hn::MulAdd(high, t2, line(-0.721132267f, t, 1.44271342f));
  return hn::MulAdd(t, all, hn::ConvertTo(d, exponent));
}

/// To 3e-6 of itself, for x from -126 to 126, in the same way.
HWY_INLINE Vector exp2_of(Vector x) {
  const Floats d;
  const Indices indices;
  const IndexVector whole = hn::NearestInt(x);
  const Vector t = hn::Sub(x, hn::ConvertTo(d, whole)), t2 = hn::Mul(t, t);
  const Vector high =
      hn::MulAdd(hn::Set(d, 0.00957010165f), t2, line(0.0559178621f, t, 0.240247448f));
  const Vector power = hn::MulAdd(high, t2, line(0.693121815f, t, 0.999999261f));
  return hn::BitCast(d, hn::Add(hn::BitCast(indices, power), hn::ShiftLeft<23>(whole)));
}

/// The gradient of the cross entropy, of a lane's point from another.
class Curve {
 public:
  HWY_INLINE explicit Curve(const UmapCurve& curve)
      : a_(static_cast<float>(curve.a)), b_(static_cast<float>(curve.b)) {}

  /// -2 a b d^(2b - 2) / (1 + a d^2b), by which a pull is a multiple of the difference.
  HWY_INLINE Vector pull(Vector squared) const {
    const Floats d;
    const Vector above = above_zero(squared), power = exp2_of(scaled_log2(above));
    return hn::Div(hn::Mul(hn::Set(d, -2 * a_ * b_), power), hn::Mul(above, one_and(power)));
  }

  /// 2 b / ((0.001 + d^2) (1 + a d^2b)), the same of pushes, in their place. A step is done of all
  /// before the next, since each waits for the one before.
  HWY_INLINE void push(Vector (&squared)[umap_pushes]) const {
    const Floats d;
    Vector power[umap_pushes];
    for (int i = 0; i < umap_pushes; ++i) power[i] = scaled_log2(above_zero(squared[i]));
    for (int i = 0; i < umap_pushes; ++i) power[i] = exp2_of(power[i]);
    for (int i = 0; i < umap_pushes; ++i) {
      const Vector near = hn::Add(squared[i], hn::Set(d, 0.001f));
      squared[i] = hn::Div(hn::Set(d, 2 * b_), hn::Mul(near, one_and(power[i])));
    }
  }

 private:
  static HWY_INLINE Vector above_zero(Vector squared) {
    return hn::Max(squared, hn::Set(Floats(), 1e-18f));
  }
  HWY_INLINE Vector scaled_log2(Vector x) const {
    return hn::Mul(hn::Set(Floats(), b_), log2_of(x));
  }
  HWY_INLINE Vector one_and(Vector power) const { return line(a_, power, 1); }

  float a_, b_;
};

/// A force that is a multiple of the difference of two places.
HWY_INLINE Places clipped(Vector multiple, const Places& difference) {
  const Floats d;
  const Vector least = hn::Set(d, -4.0f), most = hn::Set(d, 4.0f);
  return {hn::Min(hn::Max(hn::Mul(multiple, difference.x), least), most),
          hn::Min(hn::Max(hn::Mul(multiple, difference.y), least), most)};
}

HWY_INLINE Vector squared_of(const Places& difference) {
  return hn::MulAdd(difference.x, difference.x, hn::Mul(difference.y, difference.y));
}

HWY_INLINE Places difference_of(const Places& a, const Places& b) {
  return {hn::Sub(a.x, b.x), hn::Sub(a.y, b.y)};
}

/// A vector of points on their way through an epoch.
class Moving {
 public:
  HWY_INLINE Moving(const UmapEpoch& epoch, const int32_t* identities, const float* places)
      : self_(hn::LoadU(Indices(), identities)), draws_(epoch.key, self_) {
    hn::LoadInterleaved2(Floats(), places, at_.x, at_.y);
  }

  /// Turns to the next edge of each, and to the points that push it away then; where it has none
  /// any more, it stays.
  HWY_INLINE void turn_to(const UmapEpoch& epoch, const int32_t* ends, Mask has_one) {
    const float* const map = epoch.map.data();
    rate_ = hn::IfThenElseZero(has_one, hn::Set(Floats(), epoch.rate));
    end_ = gather(map, hn::LoadU(Indices(), ends));
    for (int i = 0; i < umap_pushes; ++i) {
      const IndexVector point = draws_.below(static_cast<uint32_t>(epoch.map.size() / 2));
      is_itself_[i] = hn::VecFromMask(Floats(), hn::RebindMask(Floats(), hn::Eq(point, self_)));
      pushing_[i] = gather(map, point);
    }
  }

  HWY_INLINE void pull(const Curve& curve) {
    const Places from = difference_of(at_, end_);
    go(clipped(curve.pull(squared_of(from)), from));
  }

  HWY_INLINE void push(const Curve& curve) {
    Vector force[umap_pushes];
    for (int i = 0; i < umap_pushes; ++i) {
      pushing_[i] = difference_of(at_, pushing_[i]);
      force[i] = squared_of(pushing_[i]);
    }
    curve.push(force);
    Places sum{hn::Zero(Floats()), hn::Zero(Floats())};
    for (int i = 0; i < umap_pushes; ++i) {
      const Places more = clipped(hn::AndNot(is_itself_[i], force[i]), pushing_[i]);
      sum = {hn::Add(sum.x, more.x), hn::Add(sum.y, more.y)};
    }
    go(sum);
  }

  HWY_INLINE void store(float* moved) const {
    hn::StoreInterleaved2(at_.x, at_.y, Floats(), moved);
  }

 private:
  HWY_INLINE void go(const Places& force) {
    at_ = {hn::MulAdd(rate_, force.x, at_.x), hn::MulAdd(rate_, force.y, at_.y)};
  }

  IndexVector self_;
  Draws draws_;
  Places at_, end_, pushing_[umap_pushes];
  Vector rate_, is_itself_[umap_pushes];
};

/// The ends of the edges that are sampled in an epoch, of a vector of points: [most of one, lanes].
class Sampled {
 public:
  Sampled(const UmapEdges& edges, int64_t first, int64_t last) {
    int64_t most = 0;
    for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(last); ++i) {
      most = std::max(most, edges.starts[i + 1] - edges.starts[i]);
    }
    ends_.resize(static_cast<size_t>((most + 1) * lanes()));
    counts_.resize(static_cast<size_t>(lanes()));
  }

  static int64_t lanes() { return static_cast<int64_t>(hn::Lanes(Floats())); }

  /// Looks at the rows from `first` on that are before `last`.
  void sample(const UmapEdges& edges, int epoch, int64_t first, int64_t last) {
    most_ = 0;
    for (int64_t i = 0; i < lanes(); ++i) {
      int32_t count = 0;
      if (first + i < last)
        count = sample_row(edges, static_cast<uint32_t>(epoch), first + i, ends_.data() + i);
      counts_[static_cast<size_t>(i)] = count;
      most_ = std::max(most_, count);
    }
  }

  int32_t most() const { return most_; }
  const int32_t* ends(int32_t step) const { return ends_.data() + step * lanes(); }
  Mask has_more_than(int32_t step) const {
    const Indices indices;
    const IndexVector counts = hn::LoadU(indices, counts_.data());
    return hn::RebindMask(Floats(), hn::Gt(counts, hn::Set(indices, step)));
  }

 private:
  static int32_t sample_row(const UmapEdges& edges, uint32_t epoch, int64_t row, int32_t* ends) {
    int32_t count = 0;
    for (int64_t at = edges.starts[static_cast<size_t>(row)];
         at < edges.starts[static_cast<size_t>(row) + 1]; ++at) {
      const uint32_t share = edges.shares[static_cast<size_t>(at)];
      ends[count * lanes()] = edges.columns[static_cast<size_t>(at)];
      count += epoch * share < share;  // its multiples pass a whole number
    }
    return count;
  }

  std::vector<int32_t> ends_, counts_;
  int32_t most_ = 0;
};

void move(const UmapEpoch& epoch, const UmapEdges& edges, int64_t first, int64_t last,
          const int32_t* identities, const float* places, float* moved) {
  const Curve curve(epoch.curve);
  Sampled sampled(edges, first, last);
  for (int64_t row = first; row < last; row += Sampled::lanes()) {
    sampled.sample(edges, epoch.number, row, last);
    Moving moving(epoch, identities + row, places + 2 * row);
    for (int32_t step = 0; step < sampled.most(); ++step) {
      moving.turn_to(epoch, sampled.ends(step), sampled.has_more_than(step));
      for (int pull = 0; pull < epoch.pulls; ++pull) moving.pull(curve);
      moving.push(curve);
    }
    moving.store(moved + 2 * row);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(move);

void move_points(const UmapEpoch& epoch, const UmapEdges& edges, int64_t first, int64_t last,
                 std::span<const int32_t> identities, std::span<const float> places,
                 std::span<float> moved) {
  HWY_DYNAMIC_DISPATCH(move)
  (epoch, edges, first, last, identities.data(), places.data(), moved.data());
}

}  // namespace tsimcne
#endif
