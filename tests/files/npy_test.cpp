#include "tsimcne/files/npy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Npy : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / fmt::format("npy_{}_{}", test->name(), ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Runs lines of Python in the folder, with numpy as np.
  void run_python(const std::string& lines) const {
    write_whole_file(folder_ / "script.py", "import numpy as np, zipfile\n" + lines);
    const std::string command =
        fmt::format("cd '{}' && {} script.py", folder_.string(), PYTHON_WITH_NUMPY);
    ASSERT_EQ(std::system(command.c_str()), 0) << lines;
  }

  /// An npy file of this header text and so many zero bytes behind it.
  fs::path write_raw(const std::string& header, size_t zeros) const {
    std::string text = "\x93NUMPY";
    text += {'\1', '\0', static_cast<char>(header.size()), '\0'};
    write_whole_file(folder_ / "raw.npy", text + header + std::string(zeros, '\0'));
    return folder_ / "raw.npy";
  }

  void expect_refused(const fs::path& path, const std::string& words) const {
    try {
      read_npy(path);
      ADD_FAILURE() << "read a file that should say: " << words;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }

  fs::path folder_;
};

bool no_numpy() {
  return std::string(PYTHON_WITH_NUMPY).empty();
}

const std::vector<std::string> texts{"cat", "", "Füße", "\xf0\x9f\x90\x88", "raw \xff\xc3 byte"};

TEST_F(Npy, ReadsWhatItWrote) {
  const std::vector<float> floats{1.5f, -0.0f, std::numeric_limits<float>::denorm_min(), 4, 5, 6};
  write_npy(NpyView(std::span<const float>(floats), {2, 3}), folder_ / "a.npy");
  const NpyArray array = read_npy(folder_ / "a.npy");
  EXPECT_EQ(array.dtype, "<f4");
  EXPECT_EQ(array.shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(to_floats(array, "a"), floats);

  const std::vector<int64_t> integers{-1, std::numeric_limits<int64_t>::max()};
  write_npy(NpyView(std::span<const int64_t>(integers), {2}), folder_ / "b.npy");
  EXPECT_EQ(to_integers(read_npy(folder_ / "b.npy"), "b"), integers);

  write_npy(strings_to_npy(texts), folder_ / "c.npy");
  EXPECT_EQ(to_strings(read_npy(folder_ / "c.npy"), "c"), texts);

  write_npy(NpyView(std::span<const float>(), {0, 2}), folder_ / "d.npy");
  EXPECT_EQ(read_npy(folder_ / "d.npy").shape, (std::vector<int64_t>{0, 2}));
}

TEST_F(Npy, ArchivesComeBack) {
  const std::vector<uint8_t> bytes(100000, 7);
  const NpyArray names = strings_to_npy(texts);
  write_npz({{"images", NpyView(std::span<const uint8_t>(bytes), {100, 1000})}, {"names", names}},
            folder_ / "a.npz");
  const auto arrays = read_npz(folder_ / "a.npz");
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_EQ(arrays.at("images").shape, (std::vector<int64_t>{100, 1000}));
  EXPECT_EQ(to_integers(arrays.at("images"), "images"), std::vector<int64_t>(100000, 7));
  EXPECT_EQ(to_strings(arrays.at("names"), "names"), texts);

  constexpr std::array<std::string_view, 1> wanted{"names"};
  EXPECT_EQ(read_npz(folder_ / "a.npz", wanted).size(), 1u);
}

TEST_F(Npy, NumpyReadsWhatWeWrite) {
  if (no_numpy()) GTEST_SKIP() << "no python3 with numpy";
  const std::vector<float> floats{1.5f, 2, 3, 4, 5, 6};
  const std::vector<int32_t> narrow{-1, 2};
  const std::vector<int64_t> wide{-1, int64_t{1} << 40};
  const std::vector<uint8_t> bytes{0, 255};
  const NpyArray names = strings_to_npy(texts);
  write_npy(NpyView(std::span<const float>(floats), {3, 2}), folder_ / "floats.npy");
  write_npz({{"floats", NpyView(std::span<const float>(floats), {3, 2})},
             {"narrow", NpyView(std::span<const int32_t>(narrow), {2})},
             {"wide", NpyView(std::span<const int64_t>(wide), {2})},
             {"bytes", NpyView(std::span<const uint8_t>(bytes), {1, 2, 1})},
             {"names", names}},
            folder_ / "all.npz");
  run_python(R"(
import os
a = np.load('floats.npy')
assert a.dtype == np.float32 and a.tolist() == [[1.5, 2], [3, 4], [5, 6]], a
z = np.load('all.npz')
assert z['floats'].tolist() == a.tolist()
assert z['narrow'].dtype == np.int32 and z['narrow'].tolist() == [-1, 2]
assert z['wide'].dtype == np.int64 and z['wide'].tolist() == [-1, 2**40]
assert z['bytes'].dtype == np.uint8 and z['bytes'].tolist() == [[[0], [255]]]
names = [b'cat', b'', 'Füße'.encode(), '\U0001F408'.encode(), b'raw \xff\xc3 byte']
assert z['names'].tolist() == [os.fsdecode(n) for n in names], z['names']
assert zipfile.ZipFile('all.npz').testzip() is None
)");
}

TEST_F(Npy, ReadsWhatNumpyWrites) {
  if (no_numpy()) GTEST_SKIP() << "no python3 with numpy";
  run_python(R"(
halves = np.array([0, -0.0, 1, -2.5, 65504, 2**-24, 2**-14, np.inf, -np.inf, np.nan], np.float16)
arrays = dict(halves=halves, doubles=np.array([[0.1, -1e30]]), one=np.float32(3),
              flags=np.array([True, False]), words=np.array(['a', 'größe']),
              raw=np.array([b'ab', b'c']), fortran=np.asfortranarray(np.arange(3)),
              columns=np.asfortranarray(np.arange(24).reshape(2, 3, 4)))
for t in 'int8 uint8 int16 uint16 int32 uint32 int64'.split():
    arrays[t] = np.array([np.iinfo(t).min, np.iinfo(t).max], t)
arrays['long'] = np.array([2**63], np.uint64)
np.savez('stored.npz', **arrays)
np.savez_compressed('deflated.npz', **arrays)
)");
  for (const char* const file : {"stored.npz", "deflated.npz"}) {
    const auto arrays = read_npz(folder_ / file);
    const std::vector<float> halves = to_floats(arrays.at("halves"), "halves");
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> expected{0,        -0.0f,    1,        -2.5f,    65504,
                                      0x1p-24f, 0x1p-14f, infinity, -infinity};
    EXPECT_EQ(std::vector<float>(halves.begin(), halves.end() - 1), expected);
    EXPECT_TRUE(std::signbit(halves[1]));
    EXPECT_TRUE(std::isnan(halves.back()));
    EXPECT_EQ(to_floats(arrays.at("doubles"), "doubles"), (std::vector<float>{0.1f, -1e30f}));
    EXPECT_EQ(to_floats(arrays.at("one"), "one"), (std::vector<float>{3}));
    EXPECT_EQ(to_integers(arrays.at("flags"), "flags"), (std::vector<int64_t>{1, 0}));
    EXPECT_EQ(to_strings(arrays.at("words"), "words"), (std::vector<std::string>{"a", "größe"}));
    EXPECT_EQ(to_strings(arrays.at("raw"), "raw"), (std::vector<std::string>{"ab", "c"}));
    EXPECT_EQ(to_integers(arrays.at("fortran"), "fortran"), (std::vector<int64_t>{0, 1, 2}));
    std::vector<int64_t> in_order(24);
    std::iota(in_order.begin(), in_order.end(), int64_t{0});
    EXPECT_EQ(arrays.at("columns").shape, (std::vector<int64_t>{2, 3, 4}));
    EXPECT_EQ(to_integers(arrays.at("columns"), "columns"), in_order);
    EXPECT_EQ(to_integers(arrays.at("int8"), "int8"), (std::vector<int64_t>{-128, 127}));
    EXPECT_EQ(to_integers(arrays.at("uint8"), "uint8"), (std::vector<int64_t>{0, 255}));
    EXPECT_EQ(to_integers(arrays.at("int16"), "int16"), (std::vector<int64_t>{-32768, 32767}));
    EXPECT_EQ(to_integers(arrays.at("uint16"), "uint16"), (std::vector<int64_t>{0, 65535}));
    EXPECT_EQ(to_integers(arrays.at("uint32"), "uint32"), (std::vector<int64_t>{0, 4294967295}));
    EXPECT_THROW(to_integers(arrays.at("long"), "long"), Error);
    EXPECT_THROW(to_integers(arrays.at("doubles"), "doubles"), Error);
    EXPECT_THROW(to_floats(arrays.at("words"), "words"), Error);
    EXPECT_THROW(to_strings(arrays.at("one"), "one"), Error);
  }
}

TEST_F(Npy, RefusesWhatNumpyWritesAndWeDoNotRead) {
  if (no_numpy()) GTEST_SKIP() << "no python3 with numpy";
  run_python(R"(
np.save('object.npy', np.array([{}, None], dtype=object), allow_pickle=True)
np.save('record.npy', np.zeros(2, dtype=[('a', 'f4'), ('b', 'i4')]))
np.save('big.npy', np.ones(2, '>f4'))
np.save('complex.npy', np.ones(2, complex))
np.save('time.npy', np.zeros(2, 'datetime64[s]'))
)");
  expect_refused(folder_ / "object.npy", "'|O'");
  expect_refused(folder_ / "record.npy", "records");
  expect_refused(folder_ / "big.npy", "'>f4'");
  expect_refused(folder_ / "complex.npy", "'<c16'");
  expect_refused(folder_ / "time.npy", "'<M8[s]'");
}

TEST_F(Npy, RefusesHostileHeaders) {
  const auto header = [](const std::string& shape) {
    return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
  };
  EXPECT_EQ(read_npy(write_raw(header("(2, 3)"), 24)).size(), 6);
  EXPECT_EQ(read_npy(write_raw(header("()"), 4)).size(), 1);
  expect_refused(write_raw(header("(2, 3)"), 23), "cut short");
  expect_refused(write_raw(header("(2, 3)"), 25), "more bytes");
  expect_refused(write_raw(header("(-1, 3)"), 24), "impossible shape");
  expect_refused(write_raw(header("(4611686018427387904, 4)"), 24), "impossible shape");
  expect_refused(write_raw(header("(99999999999999999999,)"), 24), "impossible shape");
  expect_refused(write_raw(header("(1000000000, 1000)"), 24), "promises");
  expect_refused(write_raw(header("(2 3)"), 24), "damaged");
  expect_refused(write_raw(header("(2, 3"), 24), "impossible shape");
  expect_refused(write_raw("{'descr': '<f4'}", 24), "without");
  expect_refused(write_raw("{'descr': '<f4", 0), "damaged");
  expect_refused(write_raw("{'color': 'red'}", 0), "unknown key");
  expect_refused(write_raw("", 0), "damaged");
  expect_refused(write_raw("{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999,), }", 0),
                 "'<U0'");
  expect_refused(write_raw("{'descr': '<U-4', 'fortran_order': False, 'shape': (9,), }", 0),
                 "'<U-4'");
  write_whole_file(folder_ / "raw.npy", "hello, this is no array");
  expect_refused(folder_ / "raw.npy", "not in numpy's");
  expect_refused(folder_ / "gone.npy", "No such file");
}

TEST_F(Npy, RefusesHostileArchives) {
  write_whole_file(folder_ / "raw.npz", "hello, this is no archive");
  EXPECT_THROW(read_npz(folder_ / "raw.npz"), Error);
  EXPECT_THROW(read_npz(folder_ / "gone.npz"), Error);
  const std::vector<float> floats(1000, 1.0f);
  write_npz({{"a", NpyView(std::span<const float>(floats), {1000})}}, folder_ / "good.npz");
  std::string text = read_whole_file(folder_ / "good.npz");
  text[2000] ^= 1;
  write_whole_file(folder_ / "flipped.npz", text);
  EXPECT_THROW(read_npz(folder_ / "flipped.npz"), Error);
  for (const size_t kept : {10, 100, 2000}) {
    write_whole_file(folder_ / "cut.npz", text.substr(0, kept));
    EXPECT_THROW(read_npz(folder_ / "cut.npz"), Error) << kept;
  }
}

TEST_F(Npy, ReadsOfABombOnlyWhatItsHeaderPromises) {
  if (no_numpy()) GTEST_SKIP() << "no python3 with numpy";
  run_python(R"(
import io
header = io.BytesIO()
np.save(header, np.zeros(4, np.float32))
with zipfile.ZipFile('bomb.npz', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a.npy', header.getvalue() + bytes(200_000_000))
with zipfile.ZipFile('lie.npz', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a.npy', header.getvalue().replace(b'(4,), }         ', b'(4000000000,), }'))
)");
  EXPECT_THROW(read_npz(folder_ / "bomb.npz"), Error);
  EXPECT_THROW(read_npz(folder_ / "lie.npz"), Error);
}

TEST_F(Npy, RefusesToWriteAShapeThatDoesNotFit) {
  const std::vector<float> floats(6);
  EXPECT_THROW(write_npy(NpyView(std::span<const float>(floats), {7}), folder_ / "a.npy"), Error);
  EXPECT_FALSE(fs::exists(folder_ / "a.npy"));
}

}  // namespace
}  // namespace tsimcne
