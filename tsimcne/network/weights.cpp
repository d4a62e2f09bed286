#include "tsimcne/network/weights.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "tsimcne/error.hpp"
#include "tsimcne/network/tensor_file.hpp"

namespace tsimcne {
namespace {

constexpr size_t most_listed = 10;

bool is_count(const std::string& name) {
  return name.ends_with("num_batches_tracked");
}

/// Whether a tensor is of the layers that a classifier has after the backbone.
bool is_of_classifier(const std::string& name) {
  constexpr std::array prefixes = {"fc.", "classifier.", "heads."};
  return std::ranges::any_of(prefixes, [&](const char* p) { return name.starts_with(p); });
}

/// The backbone's parameters and buffers.
NamedTensors tensors_of(const Backbone& backbone) {
  NamedTensors tensors;
  for (const auto& tensor : backbone.named_parameters()) {
    tensors.emplace_back(tensor.key(), tensor.value());
  }
  for (const auto& tensor : backbone.named_buffers()) {
    if (!is_count(tensor.key())) tensors.emplace_back(tensor.key(), tensor.value());
  }
  return tensors;
}

/// What is to be copied where, and what is wrong with a file.
struct Comparison {
  std::vector<std::pair<torch::Tensor, torch::Tensor>> copies;  // from, to
  std::vector<std::string> faults;
};

Comparison compare(const TensorFile& file, const Backbone& backbone) {
  Comparison result;
  std::set<std::string> known;
  for (const auto& [own_name, target] : tensors_of(backbone)) {
    const bool is_own = file.tensors.contains(own_name);
    const std::string name = is_own ? own_name : backbone.torchvision_name(own_name);
    known.insert(name);
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) {
      result.faults.push_back(fmt::format("{} is missing", name));
    } else if (found->second.sizes() != target.sizes()) {
      result.faults.push_back(fmt::format("{} has the shape [{}] in place of [{}]", name,
                                          fmt::join(found->second.sizes(), ", "),
                                          fmt::join(target.sizes(), ", ")));
    } else {
      result.copies.emplace_back(found->second, target);
    }
  }
  for (const auto& [name, tensor] : file.tensors) {
    if (known.contains(name) || is_count(name) || is_of_classifier(name)) continue;
    result.faults.push_back(fmt::format("{} is not in the backbone", name));
  }
  return result;
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::vector<std::string> faults) {
  const size_t all = faults.size();
  faults.resize(std::min(all, most_listed));
  fail(
      "{} does not hold the weights of this --backbone: {}{}; take a file "
      "that was made for it, or "
      "the backbone of the file",
      path.string(), fmt::join(faults, "; "),
      all > most_listed ? fmt::format("; and {} more", all - most_listed) : "");
}

}  // namespace

void load_weights(const std::filesystem::path& path, Backbone& backbone) {
  const TensorFile file = TensorFile::read(path);
  if (file.metadata.contains("recipe")) {
    fail(
        "{} is a model of tsimcne, not a backbone's weights; --start-from "
        "takes a run's folder",
        path.string());
  }
  const auto [copies, faults] = compare(file, backbone);
  if (!faults.empty()) refuse(path, faults);
  const torch::NoGradGuard no_grad;
  for (const auto& [from, to] : copies) torch::Tensor(to).copy_(from);
}

}  // namespace tsimcne
