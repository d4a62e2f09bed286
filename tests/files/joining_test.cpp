#include "tsimcne/files/joining.hpp"

#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Texts = std::vector<std::string>;

class JoinedTable : public testing::Test {
 protected:
  /// What the last column says of each image.
  Texts joined(const std::string& table, const Texts& paths, bool ids = false) {
    sheet_ = read_sheet(folder_.write("table.csv", table));
    joining_ = join(sheet_, paths, ids);
    return joining_.column(sheet_, sheet_.width() - 1);
  }
  std::string refusal(const std::string& table, const Texts& paths) {
    try {
      joined(table, paths);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  Sheet sheet_;
  Joining joining_;
};

TEST_F(JoinedTable, ARowIsOfTheImageThatItFitsClosest) {
  const Texts paths = {"old/a.png", "old/b.png", "new/b.png", "c.tar.png", "d.png", "sub/d.png"};
  EXPECT_EQ(joined("old/b.png,exact\nb.png,name\na,stem\nc.tar,stem of two\nd.png,top\n", paths),
            (Texts{"stem", "exact", "name", "stem of two", "top", ""}));
  EXPECT_EQ(joining_.told(), "; 1 row names several images: b.png, of 2 images");
}

TEST_F(JoinedTable, FoldersMayStandInFrontOnEitherSide) {
  EXPECT_EQ(joined("/data/in/cat/1.png,x\nC:\\data\\dog\\1.png,y\n./cat/2.png,z\n",
                   {"cat/1.png", "dog/1.png", "cat/2.png"}),
            (Texts{"x", "y", "z"}));
  EXPECT_EQ(joined("cat/1.png,x\ndog/1.png,y\n", {"in/cat/1.png", "in/dog/1.png", "1.png"}),
            (Texts{"x", "y", ""}));
  // Another folder is another image, but where the name is there once.
  EXPECT_EQ(joined("cat/1.png,x\nold/2.png,y\n", {"dog/1.png", "cat/1.png", "new/2.png"}),
            (Texts{"", "x", "y"}));
  EXPECT_EQ(joined("old/2.png,y\nolder/2.png,z\nc.png,x\n", {"new/2.png", "c.png"}),
            (Texts{"", "x"}));
}

TEST_F(JoinedTable, TheClosestRowComesAnywhere) {
  const Texts paths = {"cat/1.png", "b.png"};
  EXPECT_EQ(joined("/data/cat/1.png,far\ncat/1.png,near\ncat/1.jpg,other\n", paths),
            (Texts{"near", ""}));
  EXPECT_EQ(joined("cat/1.jpg,other\ncat/1.png,near\n/data/cat/1.png,far\n", paths),
            (Texts{"near", ""}));
  EXPECT_TRUE(joining_.rivals.empty());
}

TEST_F(JoinedTable, EndingsMayDiffer) {
  EXPECT_EQ(
      joined("cat/1,x\ndog/1.jpeg,y\n3.jpg,z\n", {"cat/1.png", "dog/1.png", "3.jpg", "3.png"}),
      (Texts{"x", "y", "z", ""}));
}

TEST_F(JoinedTable, LettersAreComparedComposed) {
  EXPECT_EQ(joined("b\u00E4r.png,bear\n", {"ba\u0308r.png"}), (Texts{"bear"}));
  EXPECT_EQ(joined("ba\u0308r.png,bear\n", {"b\u00E4r.png"}), (Texts{"bear"}));
}

TEST_F(JoinedTable, RowsThatNameNoImageAreTold) {
  joined("a.png,1\nx.png,2\ny.png,3\n", {"a.png", "b.png"});
  EXPECT_EQ(joining_.told(), "; 2 rows name no image, the first: x.png");
  EXPECT_EQ(joining_.images_with_row(), 1);
  joined("a.png,1\nx.png,2\n", {"a.png", "b.png"});
  EXPECT_EQ(joining_.told(), "; 1 row names no image: x.png");
  joined("x.png,0\na.png,1\n", {"a.png", "b.png"});  // its first row is no header
  EXPECT_EQ(joining_.told(), "; 1 row names no image: x.png");
}

TEST_F(JoinedTable, AHeaderIsKnownAsOne) {
  const Texts paths = {"image.png", "image1.png", "image2.png"};
  EXPECT_EQ(joined("image,label\nimage1.png,cat\nimage2.png,dog\n", paths),
            (Texts{"", "cat", "dog"}));
  EXPECT_TRUE(joining_.has_header);
  EXPECT_EQ(joined("which,label\nimage1,cat\n", paths), (Texts{"", "cat", ""}));
  EXPECT_TRUE(joining_.has_header);
  for (const char* table :
       {"image.png,dog\nimage1.png,cat\n", "image.png,name\nimage1.png,file\n",
        "image,dog cat\nimage1.png,x\n", "00.png,x\nimage1.png,y\n", "17,x\nimage1,y\n"}) {
    joined(table, {"image.png", "image1.png"});
    EXPECT_EQ(joining_.has_header, std::string(table).starts_with("image,dog cat")) << table;
  }
}

TEST_F(JoinedTable, TheColumnOfNamesIsFound) {
  const Texts paths = {"1.png", "2.png", "3.png"};
  for (const char* header :
       {"path", "Filename", "file_name", "FILE NAME", "Image_Path", " image ", "name"}) {
    EXPECT_EQ(joined(fmt::format("id,{},what\n3,1.png,a\n2,2.png,b\n1,3.png,c\n", header), paths),
              (Texts{"a", "b", "c"}))
        << header;
    EXPECT_EQ(joining_.key, 1);
  }
  EXPECT_EQ(joined("bird,where,what\n2,1.png,a\n2,3.png,c\n7,2.png,b\n", paths),
            (Texts{"a", "b", "c"}));
  EXPECT_EQ(joined("label,file\n2,1.png\n3,2.png\n", paths), (Texts{"1.png", "2.png", ""}));
  EXPECT_EQ(joined(",what\n1.png,a\n", paths), (Texts{"a", "", ""}));  // pandas' index of names
  EXPECT_EQ(joined("path,id,what\nnone,1.png,a\n", paths), (Texts{"a", "", ""}));
}

TEST_F(JoinedTable, NumbersAreNoNamesBesideAColumnOfNames) {
  EXPECT_NE(refusal("path,year\nelsewhere.jpg,3\n", {"3.png"}), "");
  EXPECT_EQ(joined("name,picture of,what\nAnna,3.png,a\n", {"3.png"}), (Texts{"a"}));
}

TEST_F(JoinedTable, AnIdMayBeTheImagesNumber) {
  EXPECT_EQ(joined("id,what\n1,b\n0,a\n9,x\n", {"x.png", "y.png"}, true), (Texts{"a", "b"}));
  EXPECT_EQ(joining_.told(), "; 1 row names no image: 9");
  EXPECT_NE(refusal("id,what\n1,b\n0,a\n", {"x.png", "y.png"}), "");
  // A column of names is as good, and is taken where it fits as many.
  EXPECT_EQ(joined("id,photo of,what\n1,x.png,a\n0,y.png,b\n", {"x.png", "y.png"}, true),
            (Texts{"a", "b"}));
}

TEST_F(JoinedTable, SaysWhatIsWrong) {
  const std::string nothing = refusal("id,label\n7,x\n", {"a.png"});
  EXPECT_NE(nothing.find("table.csv has 2 rows and none names one of the 1 images"),
            std::string::npos)
      << nothing;
  EXPECT_NE(nothing.find("called path, file"), std::string::npos);
  EXPECT_NE(nothing.find("id,label"), std::string::npos);
  EXPECT_NE(refusal("", {"a.png"}).find("0 rows"), std::string::npos);

  joined("a.png,x\nb.png,y\n./a.png,z\n", {"a.png", "b.png"});
  const std::array<size_t, 1> columns = {1};
  try {
    require_agreement(sheet_, joining_, columns);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("gives a.png \"x\" in row 1 and \"z\" in row 3"),
              std::string::npos)
        << error.what();
  }
  joined("a.png,x\nb.png,y\na.png,x\n", {"a.png", "b.png"});
  require_agreement(sheet_, joining_, columns);
}

TEST_F(JoinedTable, ManyRowsOfOneNameAreQuick) {
  std::string table = "file,what\n";
  Texts paths;
  for (int i = 0; i < 20'000; ++i) {
    paths.push_back(fmt::format("{}/frame.png", i));
    table += "frame.png,x\n";
  }
  EXPECT_EQ(joined(table, paths)[19'999], "x");
}

}  // namespace
}  // namespace tsimcne
