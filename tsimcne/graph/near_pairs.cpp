#include "tsimcne/graph/near_pairs.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/graph/near_pairs.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, packed_references / 2>;
using Vector = hn::Vec<Floats>;

/// Products of six queries and two vectors of references, which stay in registers.
struct Products {
  Vector of[packed_queries][2];

  HWY_INLINE Products(const float* queries, const float* references, int64_t columns) {
    const Floats d;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    for (auto& products : of) products[0] = products[1] = hn::Zero(d);
    for (int64_t c = 0; c < columns;
         ++c, queries += packed_queries, references += packed_references) {
      const Vector first = hn::LoadU(d, references), second = hn::LoadU(d, references + lanes);
      for (int64_t q = 0; q < packed_queries; ++q) {
        const Vector query = hn::Set(d, queries[q]);
        of[q][0] = hn::MulAdd(query, first, of[q][0]);
        of[q][1] = hn::MulAdd(query, second, of[q][1]);
      }
    }
  }
};

void add_pairs(const PackedRows& queries, const std::vector<float>& thresholds,
               const PackedRows& references, const std::vector<float>& offsets,
               std::vector<NearPair>& pairs) {
  const Floats d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t part = 0; part < references.parts(); ++part) {
    for (int64_t group = 0; group < queries.parts(); ++group) {
      for (int64_t at = 0; at < packed_references; at += 2 * lanes) {
        const Products products(queries.part(group), references.part(part) + at, queries.columns());
        const int64_t first = part * packed_references + at;
        const float* const offset = offsets.data() + first;
        const int64_t count = std::min(packed_queries, queries.rows() - group * packed_queries);
        for (int64_t q = 0; q < count; ++q) {
          const int64_t query = group * packed_queries + q;
          const Vector threshold = hn::Set(d, thresholds[static_cast<size_t>(query)]);
          for (int64_t v = 0; v < 2; ++v) {
            const Vector sum = hn::Add(products.of[q][v], hn::LoadU(d, offset + v * lanes));
            const auto below = hn::Lt(sum, threshold);
            if (hn::AllTrue(d, below)) continue;
            float sums[packed_references];
            hn::StoreU(sum, d, sums);
            for (int64_t i = 0; i < lanes; ++i) {
              const int64_t reference = first + v * lanes + i;
              if (sums[i] < thresholds[static_cast<size_t>(query)] ||
                  reference >= references.rows())
                continue;
              pairs.push_back({static_cast<int32_t>(query), static_cast<int32_t>(reference)});
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(add_pairs);

PackedRows::PackedRows(MatrixView rows, int64_t at_a_time)
    : at_a_time_(at_a_time),
      rows_(rows.rows),
      columns_(rows.cols),
      parts_((rows.rows + at_a_time - 1) / at_a_time),
      values_(static_cast<size_t>(parts_ * columns_ * at_a_time)) {
  for (int64_t i = 0; i < rows.rows; ++i) {
    float* to = values_.data() + i / at_a_time * columns_ * at_a_time + i % at_a_time;
    for (const float value : rows.row(i)) {
      *to = value;
      to += at_a_time;
    }
  }
}

void add_near_pairs(const PackedRows& queries, const std::vector<float>& thresholds,
                    const PackedRows& references, const std::vector<float>& offsets,
                    std::vector<NearPair>& pairs) {
  HWY_DYNAMIC_DISPATCH(add_pairs)(queries, thresholds, references, offsets, pairs);
}

}  // namespace tsimcne
#endif
