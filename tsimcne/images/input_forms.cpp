#include <fmt/format.h>

#include <array>

#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

constexpr std::array forms = {
    InputForm{"a folder of images",
              "searched to any depth; folders are splits and labels, or metadata.csv and "
              "metadata.jsonl with a column file_name give labels",
              open_folder},
    InputForm{"a .tar or .zip of one",
              "also compressed; read without unpacking; WebDataset's .cls and .json give labels",
              open_archive},
    InputForm{"an image", "a collection of one, to be placed on a map", open_image_file},
    InputForm{"a .txt list of images", "a path a line, relative to the list's folder", open_list},
    InputForm{"a .npy or .npz of images",
              "[n, h, w], [n, h, w, c] or [n, c, h, w]; train_images, train_labels and so on",
              open_arrays},
    InputForm{"an MNIST-style IDX folder", "train- and t10k-images-idx3-ubyte, plain or gzipped",
              open_idx},
    InputForm{"a CIFAR-10 or CIFAR-100 binary folder", "data_batch_1.bin and so on, with its names",
              open_cifar},
};

}  // namespace

std::span<const InputForm> input_forms() {
  return forms;
}

std::string names_of_input_forms() {
  std::string names;
  for (const InputForm& form : forms) names += fmt::format("{}, ", form.name);
  return names + "or the name fashion-mnist";
}

}  // namespace tsimcne
