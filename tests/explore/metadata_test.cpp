#include "tsimcne/explore/metadata.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

class Metadata : public testing::Test {
 protected:
  Metadata() { catalog_.paths = {"a/1.jpg", "a/2.jpg", "b/3.png", "b/4.png"}; }

  std::vector<MetadataColumn> read(const std::string& table) const {
    return read_metadata(folder_.write("table.csv", table), catalog_);
  }
  void expect_refused(const std::string& table, const std::string& word) const {
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

TEST_F(Metadata, ColumnsBecomeWhatTheyHold) {
  const auto columns = read(
      "weight,path,city,note\n1.5,a/1.jpg,Bonn,first\n-2e3,2.jpg,Ulm,\"second, of all\"\n,3,Bonn,"
      "third\n7,b/4.png,,fourth\n");
  ASSERT_EQ(columns.size(), 3);
  EXPECT_EQ(columns[0].name, "weight");
  const auto& weight = std::get<std::vector<float>>(columns[0].values);
  EXPECT_EQ(weight[0], 1.5f);
  EXPECT_EQ(weight[1], -2000);
  EXPECT_TRUE(std::isnan(weight[2]));
  const auto& city = std::get<Categories>(columns[1].values);
  EXPECT_EQ(city.names, (std::vector<std::string>{"Bonn", "Ulm"}));
  EXPECT_EQ(city.of_image, (std::vector<int32_t>{0, 1, 0, -1}));
  EXPECT_EQ(std::get<std::vector<std::string>>(columns[2].values)[1], "second, of all");
}

TEST_F(Metadata, CategoriesAreInNaturalOrder) {
  const Categories rooms = categories_of({"room 10", "", "room 9", "room 10"});
  EXPECT_EQ(rooms.names, (std::vector<std::string>{"room 9", "room 10"}));
  EXPECT_EQ(rooms.of_image, (std::vector<int32_t>{1, -1, 0, 1}));
}

TEST_F(Metadata, ImagesWithoutARowHaveNothing) {
  const auto columns = read("file,year\nb/3.png,1999\n");
  const auto& year = std::get<std::vector<float>>(columns[0].values);
  EXPECT_TRUE(std::isnan(year[0]));
  EXPECT_EQ(year[2], 1999);
}

TEST_F(Metadata, RefusesWhatItCannotJoin) {
  expect_refused("path\na/1.jpg\n", "columns");
  expect_refused("path,year\n", "header");
  expect_refused("path,year\nelsewhere.jpg,3\n", "a/1.jpg");
  expect_refused("path,year\na/1.jpg,3\na/1.jpg,4\n", "row 2 and in row 3");
  expect_refused("path,year\na/1.jpg,3,4\n", "3 fields in row 2");
  expect_refused("path,year\n\"a/1.jpg,3\n", "table.csv");
}

}  // namespace
}  // namespace tsimcne
