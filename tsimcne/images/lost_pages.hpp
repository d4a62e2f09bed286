#pragma once

#include <cstddef>
#include <cstdint>

namespace tsimcne {

/// Watches the pages of a mapped file: from now on, where one of them is lost, so that touching it
/// raises SIGBUS, a page of zeros takes its place. The handler is the process's; a SIGBUS of
/// anything else is what it was.
class LostPages {
 public:
  /// protection: as that of the mapping, PROT_READ or PROT_READ | PROT_WRITE.
  LostPages(uint8_t* data, size_t bytes, int protection);
  ~LostPages();
  LostPages(const LostPages&) = delete;
  LostPages& operator=(const LostPages&) = delete;

  /// Whether a page has been lost.
  bool any() const;

  struct Watch;

 private:
  Watch* watch_;
};

}  // namespace tsimcne
