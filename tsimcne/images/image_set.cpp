#include "tsimcne/images/image_set.hpp"

#include <utility>

#include "tsimcne/images/contents.hpp"

namespace tsimcne {

ImageSet::ImageSet(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}

int ImageSet::side() const {
  return contents_->side;
}

std::span<const uint8_t> ImageSet::pixels(int64_t i) const {
  if (!contents_->others.empty()) return contents_->elsewhere[static_cast<size_t>(i)];
  const size_t stride = static_cast<size_t>(side()) * static_cast<size_t>(side()) * 3;
  return contents_->pixels.subspan(static_cast<size_t>(i) * stride, stride);
}

void ImageSet::expect_whole() const {
  if (contents_->file) contents_->file->expect_whole();
  for (const ImageSet& other : contents_->others) other.expect_whole();
}

const Catalog& ImageSet::catalog() const {
  return contents_->catalog;
}

const std::vector<SkippedImage>& ImageSet::skipped() const {
  return contents_->skipped;
}

const std::vector<std::string>& ImageSet::notes() const {
  return contents_->notes;
}

const std::vector<SizeCount>& ImageSet::original_sizes() const {
  return contents_->original_sizes;
}

const std::string& ImageSet::fingerprint() const {
  return contents_->fingerprint;
}

const std::string& ImageSet::source_stamp() const {
  return contents_->source_stamp;
}

}  // namespace tsimcne
