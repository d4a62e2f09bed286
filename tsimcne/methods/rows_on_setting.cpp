#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

Setting setting_on() {
  return {.name = "on",
          .sentence =
              "By what the images are alike: their pixels, the features of another run of "
              "them, or rows of numbers in a file, one an image [pixels; of an INPUT of "
              "numbers, these]",
          .group = "Method",
          .type = "pixels|RUN|FILE.npy|.npz|.csv"};
}

}  // namespace tsimcne
