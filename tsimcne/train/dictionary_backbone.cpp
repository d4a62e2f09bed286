#include "tsimcne/train/dictionary_backbone.hpp"

#include <vector>

#include "tsimcne/error.hpp"
#include "tsimcne/train/model_state.hpp"

namespace tsimcne {
namespace {

constexpr int64_t encoded = 128;

/// Puts rows into the upper left of a tensor.
void put(const Matrix& rows, torch::Tensor& into) {
  into.zero_();
  into.narrow(0, 0, rows.rows).narrow(1, 0, rows.cols).copy_(tensor_of(rows));
}

}  // namespace

DictionaryBackbone::DictionaryBackbone(const DictionaryOptions& options, int side,
                                       int64_t encoder_width)
    : options_(options), side_(side) {
  const DictionaryShape shape = shape_of(options, side);
  const auto buffer = [&](const char* name, int64_t rows, int64_t cols) {
    return register_buffer(name, torch::zeros({rows, cols}));
  };
  whitening_ = buffer("whitening", shape.patch, shape.patch);
  whitening_offset_ = buffer("whitening_offset", 1, shape.patch);
  atoms_ = buffer("atoms", options.atoms, shape.patch);
  embedding_ = buffer("embedding", options.atoms, options.directions);
  embedding_offset_ = buffer("embedding_offset", 1, options.directions);
  mean_ = buffer("mean", 1, shape.description);
  axes_ = buffer("axes", options.components, shape.description);
  pixel_mean_ = buffer("pixel_mean", 1, shape.pixels);
  pixel_axes_ = buffer("pixel_axes", options.pixels, shape.pixels);
  if (encoder_width > 0) {
    using torch::nn::Linear, torch::nn::ReLU;
    encoder_ =
        register_module("encoder", torch::nn::Sequential(Linear(described(), encoder_width), ReLU(),
                                                         Linear(encoder_width, encoder_width),
                                                         ReLU(), Linear(encoder_width, encoded)));
  }
}

void DictionaryBackbone::learn(const ImageSet& images, uint64_t seed,
                               const DictionaryProgress& progress) {
  const Dictionary learned = learn_dictionary(images, options_, seed, progress);
  put(learned.whitening.matrix, whitening_);
  put(learned.whitening.offset, whitening_offset_);
  put(learned.atoms, atoms_);
  put(learned.embedding.matrix, embedding_);
  put(learned.embedding.offset, embedding_offset_);
  put(learned.axes.mean, mean_);
  put(learned.axes.directions, axes_);
  put(learned.pixel_axes.mean, pixel_mean_);
  put(learned.pixel_axes.directions, pixel_axes_);
}

Dictionary DictionaryBackbone::dictionary() const {
  const auto rows = [](const torch::Tensor& buffer) { return rows_of(buffer.cpu()); };
  return {options_,
          side_,
          {rows(whitening_), rows(whitening_offset_)},
          rows(atoms_),
          {rows(embedding_), rows(embedding_offset_)},
          {rows(mean_), rows(axes_)},
          {rows(pixel_mean_), rows(pixel_axes_)}};
}

BackboneCost DictionaryBackbone::cost() const {
  const DictionaryShape shape = shape_of(options_, side_);
  const int64_t of_patch = shape.patch * (shape.patch + options_.atoms);
  const int64_t of_description =
      shape.description * (options_.atoms + options_.components) + shape.pixels * options_.pixels;
  int64_t learned = 0;
  for (const torch::Tensor& parameter : parameters()) learned += parameter.numel();
  return {features(), learned, shape.patches * of_patch + of_description + learned};
}

int64_t DictionaryBackbone::features() const {
  return described() + (encoder_ ? encoded : 0);
}

torch::Tensor DictionaryBackbone::forward(const torch::Tensor& x) {
  return complete(describe(x));
}

torch::Tensor DictionaryBackbone::complete(const torch::Tensor& described) {
  if (!encoder_) return described;
  const torch::Tensor code = encode(described);
  const torch::Tensor length = code.square().sum(1, true).sqrt().clamp_min(1e-12);
  return torch::cat({described, code * feature_length / length}, 1);
}

torch::Tensor DictionaryBackbone::encode(const torch::Tensor& described) {
  return encoder_->forward(described);
}

torch::Tensor DictionaryBackbone::describe(const torch::Tensor& x) const {
  if (x.size(2) != side_ || x.size(3) != side_) {
    fail("a dictionary of images of {0} x {0} pixels cannot see images of {1} x {2}", side_,
         x.size(3), x.size(2));
  }
  const torch::Tensor bytes =
      (x * 255).round().to(torch::kByte).cpu().permute({0, 2, 3, 1}).contiguous();
  const auto length = static_cast<size_t>(bytes.stride(0));
  std::vector<std::span<const uint8_t>> images;
  for (int64_t i = 0; i < bytes.size(0); ++i) {
    images.emplace_back(bytes.data_ptr<uint8_t>() + i * bytes.stride(0), length);
  }
  return tensor_of(dictionary().features(images)).to(x.device());
}

}  // namespace tsimcne
