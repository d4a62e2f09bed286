#include "tsimcne/map/map.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <span>

#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class MapFiles : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / fmt::format("map_{}_{}", test->name(), ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

Map small_map(int64_t dimensions) {
  Map map;
  map.points = Matrix(4, dimensions);
  for (size_t i = 0; i < map.points.values.size(); ++i) {
    map.points.values[i] = 0.1f * static_cast<float>(i) - 1e-7f;
  }
  map.points.values[0] = std::numeric_limits<float>::max();
  map.features = Matrix(4, 5);
  map.features.values[7] = 2.5f;
  map.catalog.paths = {"a/1.png", "a, \"b\"/2.png", "Füße/3.png", "4.png"};
  map.catalog.labels = {1, 0, 1, -1};
  map.catalog.label_names = {"2", "10"};
  map.catalog.splits = {Split::train, Split::test, Split::val, Split::none};
  map.note = "The \"first\" 2 principal components, größer";
  return map;
}

void expect_same(const Map& a, const Map& b) {
  EXPECT_EQ(a.points.rows, b.points.rows);
  EXPECT_EQ(a.points.cols, b.points.cols);
  EXPECT_EQ(a.points.values, b.points.values);
  EXPECT_EQ(a.features.cols, b.features.cols);
  EXPECT_EQ(a.features.values, b.features.values);
  EXPECT_EQ(a.catalog.paths, b.catalog.paths);
  EXPECT_EQ(a.catalog.labels, b.catalog.labels);
  EXPECT_EQ(a.catalog.label_names, b.catalog.label_names);
  EXPECT_EQ(a.catalog.splits, b.catalog.splits);
  EXPECT_EQ(a.note, b.note);
}

TEST_F(MapFiles, ComeBackFromAFolder) {
  for (const int64_t dimensions : {2, 3}) {
    const Map map = small_map(dimensions);
    write_map(map, folder_ / "new" / "out");
    expect_same(read_map(folder_ / "new" / "out", true), map);
    EXPECT_TRUE(read_map(folder_ / "new" / "out", false).features.empty());
  }
}

TEST_F(MapFiles, ComeBackFromAnArchive) {
  for (const int64_t dimensions : {2, 3}) {
    Map map = small_map(dimensions);
    write_map_npz(map, folder_ / "map.npz");
    expect_same(read_map_npz(folder_ / "map.npz"), map);
    map.features = {};
    map.catalog.label_names.clear();
    map.catalog.labels.assign(4, -1);
    map.note.clear();
    write_map_npz(map, folder_ / "map.npz");
    expect_same(read_map_npz(folder_ / "map.npz"), map);
  }
}

TEST_F(MapFiles, TheTableIsPlainAndExact) {
  Map map = small_map(2);
  map.points.values = {0.1f, -2, 1e-30f, 16777216, 0.3f, 1.0f / 3, 0, -0.0f};
  write_map_csv(map, folder_ / "map.csv");
  EXPECT_EQ(read_whole_file(folder_ / "map.csv"),
            "id,x,y,label,split,path\n"
            "0,0.1,-2,10,train,a/1.png\n"
            "1,1e-30,16777216,2,test,\"a, \"\"b\"\"/2.png\"\n"
            "2,0.3,0.33333334,10,val,Füße/3.png\n"
            "3,0,-0,,,4.png\n");
  write_map_csv(small_map(3), folder_ / "map.csv");
  EXPECT_TRUE(read_whole_file(folder_ / "map.csv").starts_with("id,x,y,z,label,split,path\n"));
}

TEST_F(MapFiles, WritingWithoutFeaturesAndNoteRemovesOlderOnes) {
  Map map = small_map(2);
  write_map(map, folder_);
  map.features = {};
  map.note.clear();
  write_map(map, folder_);
  EXPECT_FALSE(fs::exists(folder_ / "features.npy"));
  EXPECT_FALSE(fs::exists(folder_ / "map.json"));
  EXPECT_TRUE(read_map(folder_, true).features.empty());
  EXPECT_EQ(read_map(folder_, false).note, "");
}

TEST_F(MapFiles, RefuseADamagedNote) {
  write_map(small_map(2), folder_);
  for (const char* const text : {"", "{\"note\":", "{}", "[]", "{\"note\": 3}"}) {
    write_whole_file(folder_ / "map.json", text);
    EXPECT_THROW(read_map(folder_, false), Error) << text;
  }
  const std::vector<float> values{0, 1};
  const NpyArray two = strings_to_npy(std::vector<std::string>{"one", "two"});
  write_npz({{"xy", NpyView(std::span<const float>(values), {1, 2})}, {"note", two}},
            folder_ / "map.npz");
  EXPECT_THROW(read_map_npz(folder_ / "map.npz"), Error);
}

TEST_F(MapFiles, RefuseWhatDoesNotFitTogether) {
  write_map(small_map(2), folder_);
  Map shorter = small_map(2);
  shorter.points = Matrix(3, 2);
  EXPECT_THROW(write_map(shorter, folder_), Error);
  const Matrix other(3, 2);
  write_npy(NpyView(std::span<const float>(other.values), {3, 2}), folder_ / "features.npy");
  EXPECT_THROW(read_map(folder_, true), Error);
  write_npy(NpyView(std::span<const float>(other.values), {3, 2}), folder_ / "map.npy");
  EXPECT_THROW(read_map(folder_, false), Error);
  write_npy(NpyView(std::span<const float>(other.values), {6, 1}), folder_ / "map.npy");
  EXPECT_THROW(read_map(folder_, false), Error);
  write_whole_file(folder_ / "map.csv", "a,b\n1,2\n");
  EXPECT_THROW(read_map(folder_, false), Error);
  EXPECT_THROW(read_map(folder_ / "gone", false), Error);
}

TEST_F(MapFiles, NameThePointThatIsNotFinite) {
  const float lost = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values{0, lost, 1, std::numeric_limits<float>::infinity()};
  write_npz({{"map", NpyView(std::span<const float>(values), {2, 2})}}, folder_ / "map.npz");
  try {
    read_map_npz(folder_ / "map.npz");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("row 1, column 2 is nan"), std::string::npos)
        << error.what();
  }
}

TEST_F(MapFiles, ArchivesOfOthersAreUnderstood) {
  const std::vector<float> values{0, 1, 2, 3, 4, 5, 6, 7};
  const NpyView xy(std::span<const float>(values), {4, 2});
  const std::vector<int64_t> numbers{10, 2, -1, 10};
  write_npz({{"xy", xy}, {"labels", NpyView(std::span<const int64_t>(numbers), {4})}},
            folder_ / "map.npz");
  Map map = read_map_npz(folder_ / "map.npz");
  EXPECT_EQ(map.catalog.label_names, (std::vector<std::string>{"2", "10"}));
  EXPECT_EQ(map.catalog.labels, (std::vector<int32_t>{1, 0, -1, 1}));
  EXPECT_EQ(map.catalog.size(), 4);

  const NpyArray words = strings_to_npy(std::vector<std::string>{"dog", "cat", "", "dog"});
  write_npz({{"xy", xy}, {"labels", words}}, folder_ / "map.npz");
  map = read_map_npz(folder_ / "map.npz");
  EXPECT_EQ(map.catalog.label_names, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(map.catalog.labels, (std::vector<int32_t>{1, 0, -1, 1}));

  const std::vector<int64_t> others{0, 2, -1, 1};
  const NpyArray three = strings_to_npy(std::vector<std::string>{"10", "9", "8"});
  write_npz({{"xy", xy},
             {"labels", NpyView(std::span<const int64_t>(others), {4})},
             {"label_names", three}},
            folder_ / "map.npz");
  map = read_map_npz(folder_ / "map.npz");
  EXPECT_EQ(map.catalog.label_names, (std::vector<std::string>{"8", "9", "10"}));
  EXPECT_EQ(map.catalog.labels, (std::vector<int32_t>{2, 0, -1, 1}));

  const NpyArray names = strings_to_npy(std::vector<std::string>{"only"});
  write_npz({{"xy", xy},
             {"labels", NpyView(std::span<const int64_t>(numbers), {4})},
             {"label_names", names}},
            folder_ / "map.npz");
  EXPECT_THROW(read_map_npz(folder_ / "map.npz"), Error);
  write_npz({{"labels", words}}, folder_ / "map.npz");
  EXPECT_THROW(read_map_npz(folder_ / "map.npz"), Error);
}

TEST(MapNpz, ThePublishedCifar10MapLoads) {
  const Map map = read_map_npz(fs::path(TEST_DATA) / "published_cifar10.npz");
  EXPECT_EQ(map.size(), 60000);
  EXPECT_EQ(map.points.cols, 2);
  EXPECT_EQ(map.catalog.label_names,
            (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
  EXPECT_EQ(map.catalog.size(), 60000);
}

/// As maps of the earth: an archive of these points, whose coordinates are doubles or whole
/// numbers.
template <typename Number>
Map far_map(const fs::path& path, const char* dtype, std::span<const double> offsets) {
  std::vector<Number> numbers;
  for (int i = 0; i < 200; ++i) {
    numbers.push_back(static_cast<Number>(offsets[0] + 7 * (i % 20)));
    numbers.push_back(static_cast<Number>(offsets[1] + 3 * i));
  }
  NpyArray array{dtype, {200, 2}, {}};
  const auto bytes = std::as_bytes(std::span(numbers));
  array.bytes.assign(bytes.begin(), bytes.end());
  write_npz({{"xy", array}}, path);
  return read_map_npz(path);
}

TEST_F(MapFiles, OfPointsFarFromZeroKeepTheirDifferences) {
  const fs::path path = folder_ / "map.npz";
  constexpr std::array near{0.0, 0.0}, earth{5e5, 5.4e6}, far{1e9, -1e12};
  const Map expected = far_map<double>(path, "<f8", near);
  for (const auto& offsets : {earth, far}) {
    expect_same(far_map<double>(path, "<f8", offsets), expected);
    expect_same(far_map<int64_t>(path, "<i8", offsets), expected);
  }
  EXPECT_EQ(expected.points.row(1)[0] - expected.points.row(0)[0], 7);
}

TEST_F(MapFiles, OfPointsThatAreNoNumbersAreRefused) {
  const fs::path path = folder_ / "map.npz";
  constexpr std::array endless{std::numeric_limits<double>::infinity(), 0.0}, huge{1e300, 0.0};
  EXPECT_THROW(far_map<double>(path, "<f8", endless), Error);
  EXPECT_NO_THROW(far_map<double>(path, "<f8", huge));
}

}  // namespace
}  // namespace tsimcne
