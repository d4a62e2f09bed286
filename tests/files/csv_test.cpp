#include "tsimcne/files/csv.hpp"

#include <gtest/gtest.h>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsPlainRows) {
  EXPECT_EQ(parse_csv("a,b\nc,d\n", "t"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(parse_csv("a,b\r\nc,", "t"), (Rows{{"a", "b"}, {"c", ""}}));
  EXPECT_EQ(parse_csv("", "t"), Rows{});
}

TEST(Csv, PassesOverMarkAndEmptyLines) {
  EXPECT_EQ(parse_csv("\xEF\xBB\xBF"
                      "a,b\n\n\r\nc\n",
                      "t"),
            (Rows{{"a", "b"}, {"c"}}));
}

TEST(Csv, ReadsQuotedFields) {
  EXPECT_EQ(parse_csv("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\nx,y,\"\"\n", "t"),
            (Rows{{"a,b", "say \"hi\"", "two\r\nlines"}, {"x", "y", ""}}));
}

TEST(Csv, ALastLineMayLackItsEnd) {
  EXPECT_EQ(parse_csv("a,\"b\"", "t"), (Rows{{"a", "b"}}));
  EXPECT_EQ(parse_csv("a,", "t"), (Rows{{"a", ""}}));
}

TEST(Csv, ALineMayEndWithACarriageReturn) {
  EXPECT_EQ(parse_csv("a,b\rc,d\r", "t"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(parse_csv("a,b\r\r\nc,d", "t"), (Rows{{"a", "b"}, {"c", "d"}}));
}

TEST(Csv, RowsAreCountedWithTheEmptyOnes) {
  CsvReader reader("a;b\n\nc;d\n", "t", ';');
  std::vector<std::string> row;
  ASSERT_TRUE(reader.next(row));
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row, (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(reader.number(), 3);
  EXPECT_FALSE(reader.next(row));
}

TEST(Csv, AnOpenQuoteIsAnError) {
  try {
    parse_csv("a,b\nc,\"d\n", "labels.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "labels.csv opens a quote in row 2 that is never closed");
  }
}

TEST(Csv, WhatIsQuotedReadsBack) {
  for (const std::string field :
       {"plain", "", "a,b", "\"", "a\"b\"", "x\ny", "x\r\ny", "\r", " ä "}) {
    const Rows rows = parse_csv(quote_csv(field) + "," + quote_csv(field) + "\n", "t");
    EXPECT_EQ(rows, (Rows{{field, field}}));
  }
  EXPECT_EQ(quote_csv("plain text"), "plain text");
  EXPECT_EQ(quote_csv("a \"b\", c"), "\"a \"\"b\"\", c\"");
}

}  // namespace
}  // namespace tsimcne
