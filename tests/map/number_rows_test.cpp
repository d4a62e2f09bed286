#include "tsimcne/map/number_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"

namespace tsimcne {
namespace {

class NumberRowsTest : public testing::Test {
 protected:
  std::string refusal(const std::filesystem::path& file) const {
    try {
      read_number_rows(file);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  TemporaryFolder folder_;
};

TEST_F(NumberRowsTest, OfATableHaveNamesAndLabels) {
  const auto file = folder_.write("a.csv", ",Name,x,Label,y\n0,one,1,cat,2.5\n1,two,-3,,1e2\n");
  const NumberRows rows = read_number_rows(file);
  EXPECT_EQ(rows.numbers.rows, 2);
  EXPECT_EQ(rows.numbers.values, (std::vector<float>{1, 2.5, -3, 100}));
  EXPECT_EQ(rows.catalog.paths, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(rows.catalog.label_name(0), "cat");
  EXPECT_EQ(rows.catalog.labels[1], -1);
  const NumberRows plain = read_number_rows(folder_.write("b.csv", "1,2\n3,4\n5,6\n"));
  EXPECT_EQ(plain.numbers.rows, 3);
  EXPECT_EQ(plain.catalog.paths[0], "row 1");
  EXPECT_EQ(read_number_rows(folder_.write("c.csv", "x;y\r1,5; 2\r3,5;4\r")).numbers.values,
            (std::vector<float>{1.5, 2, 3.5, 4}));
}

TEST_F(NumberRowsTest, NameTheRowAndColumnThatIsWrong) {
  EXPECT_NE(refusal(folder_.write("a.csv", "x,y\n1,2\n3,\n")).find("row 3, column 2 is \"\""),
            std::string::npos);
  EXPECT_NE(
      refusal(folder_.write("b.csv", "x,y\n1,2\n3\n")).find("1 field in row 3 and 2 in row 1"),
      std::string::npos);
  EXPECT_NE(refusal(folder_.write("c.csv", "1,2\n3,nan\n")).find("row 2, column 2 is \"nan\""),
            std::string::npos);
  EXPECT_NE(refusal(folder_.write("g.csv", "1,nan\n3,4\n")).find("row 1, column 2 is \"nan\""),
            std::string::npos);
  EXPECT_NE(refusal(folder_.write("d.csv", "")).find("is empty"), std::string::npos);
  const std::vector<float> numbers{1, 2, 3, INFINITY};
  write_npy({std::span(numbers), {2, 2}}, folder_.path() / "e.npy");
  EXPECT_NE(refusal(folder_.path() / "e.npy").find("row 2, column 2 is inf"), std::string::npos);
  write_npy({std::span(numbers), {4}}, folder_.path() / "f.npy");
  EXPECT_NE(refusal(folder_.path() / "f.npy").find("1 dimensions"), std::string::npos);
}

TEST_F(NumberRowsTest, OfAnArchiveAreTheOnlyOnesOrThoseOfTheirName) {
  const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
  const std::vector<int32_t> labels{1, 0, -1};
  const std::span<const float> all(numbers);
  const NpyView rows(all, {3, 2});
  write_npz({{"anything", rows}, {"y", NpyView(std::span(labels), {3})}}, folder_.path() / "a.npz");
  const NumberRows read = read_number_rows(folder_.path() / "a.npz");
  EXPECT_EQ(read.numbers.values, numbers);
  EXPECT_EQ(read.catalog.label_name(0), "1");
  EXPECT_EQ(read.catalog.label_name(2), "");
  const NpyView others(all, {2, 3});
  write_npz({{"features", rows}, {"others", others}}, folder_.path() / "b.npz");
  EXPECT_EQ(read_number_rows(folder_.path() / "b.npz").numbers.rows, 3);
  write_npz({{"these", rows}, {"others", others}}, folder_.path() / "c.npz");
  EXPECT_NE(refusal(folder_.path() / "c.npz").find("2 arrays of two dimensions"),
            std::string::npos);
}

}  // namespace
}  // namespace tsimcne
