#include "tsimcne/network/tensor_file.hpp"

#include <cstring>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

struct TypeName {
  torch::ScalarType type;
  const char* name;
};
constexpr std::array known_types = {TypeName{torch::kFloat32, "F32"},
                                    TypeName{torch::kFloat64, "F64"},
                                    TypeName{torch::kInt64, "I64"}};

std::string name_of_type(torch::ScalarType type) {
  for (const TypeName& known : known_types) {
    if (known.type == type) return known.name;
  }
  fail("tensors of type {} cannot be stored", torch::toString(type));
}

torch::Tensor copy_of(const StoredTensor& stored, const std::string& path) {
  for (const TypeName& known : known_types) {
    if (known.name != stored.type) continue;
    torch::Tensor tensor = torch::empty(stored.shape, known.type);
    std::memcpy(tensor.data_ptr(), stored.bytes.data(), stored.bytes.size());
    return tensor;
  }
  fail("{}: tensor \"{}\" has the type {}; F32, F64 and I64 are read here", path, stored.name,
       stored.type);
}

}  // namespace

void write_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                   const Metadata& metadata) {
  std::vector<torch::Tensor> kept;  // holds the bytes that the stored tensors point at
  std::vector<StoredTensor> stored;
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor& plain = kept.emplace_back(tensor.detach().cpu().contiguous());
    stored.push_back({name,
                      name_of_type(plain.scalar_type()),
                      plain.sizes().vec(),
                      {static_cast<const std::byte*>(plain.data_ptr()), plain.nbytes()}});
  }
  write_safetensors(path, stored, metadata);
}

TensorFile TensorFile::read(const std::filesystem::path& path) {
  const StoredTensors stored = StoredTensors::read(path);
  TensorFile file;
  file.path_ = path.string();
  file.metadata = stored.metadata();
  for (const StoredTensor& tensor : stored.tensors()) {
    file.tensors.emplace(tensor.name, copy_of(tensor, file.path_));
  }
  return file;
}

void TensorFile::copy_into(const NamedTensors& targets, const std::string& prefix) const {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, target] : targets) {
    const auto found = tensors.find(prefix + name);
    if (found == tensors.end()) fail("{} has no tensor \"{}\"", path_, prefix + name);
    const torch::Tensor& source = found->second;
    if (source.sizes() != target.sizes() || source.scalar_type() != target.scalar_type()) {
      fail("{}: tensor \"{}\" has {} numbers where the network has {}", path_, prefix + name,
           source.numel(), target.numel());
    }
    target.copy_(source);
  }
}

}  // namespace tsimcne
