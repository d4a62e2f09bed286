#include "tsimcne/files/safetensors.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Safetensors : public testing::Test {
 protected:
  fs::path path() const { return folder_.path() / "file.safetensors"; }

  /// A file with this header (its length written truly unless given) and so many bytes of data.
  void write(const std::string& header, size_t data_bytes, uint64_t length = 0) const {
    if (length == 0) length = header.size();
    std::ofstream out(path(), std::ios::binary);
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out << header << std::string(data_bytes, '\0');
  }

  TemporaryFolder folder_;
};

TEST_F(Safetensors, GoesThereAndBack) {
  const std::vector<float> weights = {1.5f, -2, 3, 4, 5, 6};
  const std::vector<int64_t> count = {42};
  const std::vector<StoredTensor> tensors = {
      {"layer.weight", "F32", {2, 3}, std::as_bytes(std::span(weights))},
      {"count", "I64", {}, std::as_bytes(std::span(count))},
      {"nothing", "F32", {0, 7}, {}}};
  write_safetensors(path(), tensors, {{"recipe", "paper \"quoted\" \n ünï"}});
  const StoredTensors read = StoredTensors::read(path());
  ASSERT_EQ(read.tensors().size(), 3u);
  EXPECT_EQ(read.tensors()[0].name, "layer.weight");
  EXPECT_EQ(read.tensors()[0].shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(std::memcmp(read.tensors()[0].bytes.data(), weights.data(), 24), 0);
  EXPECT_EQ(std::memcmp(read.tensors()[1].bytes.data(), count.data(), 8), 0);
  EXPECT_TRUE(read.tensors()[2].bytes.empty());
  EXPECT_EQ(read.metadata().at("recipe"), "paper \"quoted\" \n ünï");
}

TEST_F(Safetensors, IsReadByNumpy) {
  const std::string python = PYTHON_WITH_NUMPY;
  if (python.empty()) GTEST_SKIP() << "no Python with numpy here";
  const std::vector<float> weights = {1.5f, -2, 3, 4, 5, 6};
  const std::vector<int64_t> count = {42};
  write_safetensors(
      path(),
      std::vector<StoredTensor>{{"weight", "F32", {2, 3}, std::as_bytes(std::span(weights))},
                                {"count", "I64", {}, std::as_bytes(std::span(count))}},
      {{"recipe", "paper"}});
  const std::string command = python + " " TEST_DATA "/read_safetensors.py " + path().string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(Safetensors, RefusesHostileHeaders) {
  const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  write(good, 8);
  EXPECT_NO_THROW(StoredTensors::read(path()));
  struct Hostile {
    const char* what;
    std::string header;
    size_t data;
    uint64_t length = 0;
  };
  const std::vector<Hostile> files = {
      {"a header longer than the file", good, 8, 1u << 20},
      {"a huge header", good, 8, ~uint64_t{0}},
      {"bytes out of range", R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 8},
      {"offsets backwards", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8},
      {"a negative offset", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})", 8},
      {"overlap",
       R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
       12},
      {"the same bytes twice",
       R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
       8},
      {"a gap", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12},
      {"bytes of no tensor", good, 12},
      {"a name twice",
       R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
       8},
      {"a shape that overflows",
       R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", 8},
      {"a negative shape", R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8},
      {"a shape that does not fit", R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8},
      {"an unknown type", R"({"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}})", 8},
      {"no offsets", R"({"a":{"dtype":"F32","shape":[2]}})", 8},
      {"no object", "[1,2]", 0},
      {"no JSON", "{\"a\":", 0},
      {"deep nesting", std::string(100000, '['), 0},
      {"metadata that are no texts", R"({"__metadata__":{"a":1}})", 0},
  };
  for (const Hostile& file : files) {
    write(file.header, file.data, file.length);
    EXPECT_THROW(StoredTensors::read(path()), Error) << file.what;
  }
  std::ofstream(path(), std::ios::binary) << "short";
  EXPECT_THROW(StoredTensors::read(path()), Error);
  EXPECT_THROW(StoredTensors::read(folder_.path() / "missing"), Error);
}

TEST_F(Safetensors, WritesNoNameTwice) {
  const std::vector<float> one = {1};
  const StoredTensor tensor{"a", "F32", {1}, std::as_bytes(std::span(one))};
  EXPECT_THROW(write_safetensors(path(), std::vector<StoredTensor>{tensor, tensor}, {}), Error);
}

}  // namespace
}  // namespace tsimcne
