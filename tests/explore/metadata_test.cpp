#include "tsimcne/explore/metadata.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

class MetadataTest : public testing::Test {
 protected:
  MetadataTest() { catalog_.paths = {"a/1.jpg", "a/2.jpg", "b/3.png", "b/4.png"}; }

  Table read(const std::string& table) { return metadata(table).columns; }
  Metadata metadata(const std::string& table) {
    return read_metadata(folder_.write("table.csv", table), catalog_);
  }
  void expect_refused(const std::string& table, const std::string& word) {
    try {
      read(table);
      ADD_FAILURE() << table;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }

  Catalog catalog_;
  TemporaryFolder folder_;
};

TEST_F(MetadataTest, ColumnsBecomeWhatTheyHold) {
  const auto columns = read(
      "weight,path,city,note\n1.5,a/1.jpg,Bonn,first\n-2e3,2.jpg,Ulm,\"second, of all\"\n,3,Bonn,"
      "third\n7,b/4.png,,fourth\n");
  ASSERT_EQ(columns.size(), 3);
  EXPECT_EQ(columns[0].name, "weight");
  EXPECT_EQ(columns[0].texts, (std::vector<std::string>{"1.5", "-2e3", "", "7"}));
  EXPECT_EQ(columns[0].numbers[1], -2000);
  EXPECT_TRUE(std::isnan(columns[0].numbers[2]));
  EXPECT_EQ(columns[1].values, (std::vector<std::string>{"Bonn", "Ulm"}));
  EXPECT_EQ(columns[1].codes, (std::vector<int32_t>{0, 1, 0, -1}));
  EXPECT_EQ(columns[2].texts[1], "second, of all");
}

TEST_F(MetadataTest, ImagesWithoutARowHaveNothing) {
  const auto columns = read("file,year\nb/3.png,1999\n");
  EXPECT_TRUE(std::isnan(columns[0].numbers[0]));
  EXPECT_EQ(columns[0].numbers[2], 1999);
}

TEST_F(MetadataTest, TellsWhatFits) {
  const std::string told = metadata("file,year\nb/3.png,1999\nx.png,3\ny.png,4\n").told;
  EXPECT_NE(told.find("1 of 4 images are in "), std::string::npos) << told;
  EXPECT_NE(told.find("; 2 rows name no image, the first: x.png"), std::string::npos) << told;
}

TEST_F(MetadataTest, AHeaderIsNotNeeded) {
  const auto columns = read("a/1.jpg,dog,3.5\n2.jpg,cat,4.5\n");
  ASSERT_EQ(columns.size(), 2);
  EXPECT_EQ(columns[0].name, "column 2");
  EXPECT_EQ(columns[0].texts[0], "dog");
  EXPECT_EQ(columns[1].numbers[0], 3.5);
}

TEST_F(MetadataTest, ColumnsHaveNamesOfTheirOwn) {
  const auto columns = read(
      ",path,split,year,year,,Unnamed: 6,your label\n"
      "0,1.jpg,a,1,2,x,10,mine\n"
      "1,2.jpg,b,3,4,y,11,mine\n");
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"split 2", "year", "year 2", "column 6", "your label 2"}));
}

TEST_F(MetadataTest, RefusesWhatItCannotJoin) {
  expect_refused("path\na/1.jpg\n", "no column beside");
  expect_refused("path,year\n", "none names");
  expect_refused("path,year\nelsewhere.jpg,3\n", "a/1.jpg");
  expect_refused("path,year\na/1.jpg,3\na/1.jpg,4\n", "\"3\" in row 2 and \"4\" in row 3");
  expect_refused("path,year\na/1.jpg,3,4\n", "3 fields in row 2");
  expect_refused("path,year\n\"a/1.jpg,3\n", "table.csv");
}

}  // namespace
}  // namespace tsimcne
