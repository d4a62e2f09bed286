#include "tsimcne/files/sheet.hpp"

#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/unicode.hpp"

namespace tsimcne {
namespace {

using Rows = std::vector<std::vector<std::string>>;

class SheetFile : public testing::Test {
 protected:
  Sheet read(const std::string& bytes) const {
    return read_sheet(folder_.write("table.csv", bytes));
  }
  std::string refusal(const std::string& bytes) const {
    try {
      read(bytes);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  TemporaryFolder folder_;
};

/// The text in UTF-16 with its mark.
std::string utf16(std::u16string_view text, bool low_byte_first) {
  std::string bytes = low_byte_first ? "\xFF\xFE" : "\xFE\xFF";
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    bytes += low_byte_first ? low : high;
    bytes += low_byte_first ? high : low;
  }
  return bytes;
}

TEST_F(SheetFile, FindsTheSeparator) {
  const Rows rows = {{"a.png", "dog"}, {"b.png", "cat"}};
  for (const char* text :
       {"a.png,dog\nb.png,cat\n", "a.png;dog\nb.png;cat\n", "a.png\tdog\nb.png\tcat\n",
        "sep=;\r\na.png;dog\r\nb.png;cat\r\n", "a.png;dog\n;\nb.png;cat;;\n"}) {
    EXPECT_EQ(read(text).rows, rows) << text;
  }
  EXPECT_EQ(read("a;3,5\nb;4,5\n").rows, (Rows{{"a", "3,5"}, {"b", "4,5"}}));
  EXPECT_EQ(read("a;3,5\nb;4,5\n").decimal, Decimal::comma);
  EXPECT_EQ(read("file\tnote\nx\t1, 2 and 3\n").rows[1][1], "1, 2 and 3");
  EXPECT_EQ(read("path,tags\nx,a;b\ny,c\n").rows[1], (std::vector<std::string>{"x", "a;b"}));
  EXPECT_EQ(read("\"a,b,c\";dog\n\"d\";cat\n").rows[0][0], "a,b,c");
  EXPECT_EQ(read("a.png\nb.png\n").rows, (Rows{{"a.png"}, {"b.png"}}));
}

TEST_F(SheetFile, ReadsAllLineEndsAndEncodings) {
  const Rows rows = {{"a.png", "M\u00FCller"}, {"b.png", "\U0001F431"}};
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string text = fmt::format("a.png,Müller{0}b.png,\U0001F431{0}", end);
    EXPECT_EQ(read(text).rows, rows);
    EXPECT_EQ(read("\xEF\xBB\xBF" + text).rows, rows);
  }
  for (const bool low_byte_first : {true, false}) {
    EXPECT_EQ(read(utf16(u"a.png\tM\u00FCller\r\nb.png\t\U0001F431\r\n", low_byte_first)).rows,
              rows);
  }
}

TEST_F(SheetFile, RefusesWhatItCannotRead) {
  EXPECT_EQ(refusal("a,b\nc,M\xFCller\n").substr(folder_.path().string().size()),
            "/table.csv, row 2 is not UTF-8; save the table as CSV UTF-8");
  EXPECT_NE(refusal(std::string("a\0,\0b\0", 6)).find("row 1 is not UTF-8"), std::string::npos);
  EXPECT_NE(refusal("\xFF\xFE"
                    "a")
                .find("UTF-16"),
            std::string::npos);
  EXPECT_NE(refusal(std::string("\xFF\xFE\x00\xD8", 4)).find("UTF-16"), std::string::npos);
  EXPECT_NE(refusal("a,b\n\nc,d,e\n").find("3 fields in row 3 and 2 in row 1"), std::string::npos);
  EXPECT_NE(refusal("a,b\nc\n").find("1 field in row 2"), std::string::npos);
  EXPECT_NE(refusal(std::string(1 << 19, ',')).find("fields"), std::string::npos);
  EXPECT_EQ(read("").rows, Rows{});
  EXPECT_EQ(read("\xEF\xBB\xBF").rows, Rows{});
  EXPECT_EQ(read("\xFF\xFE").rows, Rows{});
}

TEST(Unicode, ComposesLettersAndAccents) {
  EXPECT_EQ(composed("ba\u0308r"), "b\u00E4r");
  EXPECT_EQ(composed("\xFF"), "\xFF");
  EXPECT_EQ(composed(""), "");
}

}  // namespace
}  // namespace tsimcne
