#include "tsimcne/table.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tsimcne {
namespace {

using Texts = std::vector<std::string>;

Column column(const Texts& texts, Decimal decimal = Decimal::point) {
  return column_of("it", texts, decimal);
}

TEST(Column, NumbersKeepTheirDigits) {
  const Column ids = column({"1234567890123", "0020240101", "20240102"});
  EXPECT_EQ(ids.kind, ColumnKind::whole);
  EXPECT_EQ(ids.texts, (Texts{"1234567890123", "0020240101", "20240102"}));
  EXPECT_EQ(ids.numbers, (std::vector<double>{1234567890123, 20240101, 20240102}));
  const Column prices = column({"1999.99", "-2e3", ".5"});
  EXPECT_EQ(prices.kind, ColumnKind::number);
  EXPECT_EQ(prices.texts[0], "1999.99");
  EXPECT_EQ(prices.numbers, (std::vector<double>{1999.99, -2000, 0.5}));
  EXPECT_EQ(column({"99999999999999999999", "1"}).kind, ColumnKind::number);  // more than 64 bits
}

TEST(Column, NumbersAreReadAsPeopleWriteThem) {
  const Texts written = {" 3", "+3", "50%", "1,000", "12,345.5", "\u00A07\t"};
  EXPECT_EQ(column(written).numbers, (std::vector<double>{3, 3, 50, 1000, 12345.5, 7}));
  EXPECT_EQ(column(written).texts[0], "3");
  EXPECT_EQ(column({"3,5", "1.000,25"}).numbers, (std::vector<double>{3.5, 1000.25}));
  EXPECT_EQ(column({"1,500", "2"}, Decimal::comma).numbers, (std::vector<double>{1.5, 2}));
  EXPECT_EQ(column({"1.500", "2"}, Decimal::comma).numbers, (std::vector<double>{1.5, 2}));
}

TEST(Column, WhatIsNoNumberMakesText) {
  for (const char* text :
       {"3 4", "0x10", "1.2.3", "--3", "+-3", "3kg", "e5", "1,000,00", ",5,", "0,100,000"}) {
    EXPECT_EQ(column({"1", "2", text}).kind, ColumnKind::text) << text;
  }
}

TEST(Column, UsualMarksOfMissingValuesAreMissing) {
  for (const char* mark :
       {"", " ", "NA", "N/A", "n/a", "NaN", "null", "NULL", "-", "?", "<NA>", "#N/A", "None"}) {
    const Column numbers = column({"1.5", mark, "2.5"});
    ASSERT_EQ(numbers.kind, ColumnKind::number) << mark;
    EXPECT_TRUE(std::isnan(numbers.numbers[1])) << mark;
    EXPECT_EQ(numbers.texts[1], "") << mark;
  }
  const Column cities = column({"Ulm", "NA", "Bonn", "Ulm", "-"});
  EXPECT_EQ(cities.codes, (std::vector<int32_t>{1, -1, 0, 1, -1}));
  // "none" may be a class, as of wafers without a defect.
  EXPECT_EQ(column({"none", "none", "edge"}).values, (Texts{"edge", "none"}));
  EXPECT_EQ(column({"", "NA"}).kind, ColumnKind::text);
}

TEST(Column, WholeNumbersOfFewValuesAreCategories) {
  const Column stars = column({"10", "2", "10", "", "2"});
  EXPECT_EQ(stars.kind, ColumnKind::category);
  EXPECT_EQ(stars.values, (Texts{"2", "10"}));
  EXPECT_EQ(stars.codes, (std::vector<int32_t>{1, 0, 1, -1, 0}));
  EXPECT_EQ(column({"1.0", "2.0", "1.0"}).kind, ColumnKind::category);  // as pandas writes them
  EXPECT_EQ(column({"1.5", "2.0", "1.5"}).kind, ColumnKind::number);
  Texts many;
  for (int i = 0; i < 42; ++i) many.push_back(std::to_string(i / 2));
  EXPECT_EQ(column(many).kind, ColumnKind::whole);
  many.resize(40);
  EXPECT_EQ(column(many).kind, ColumnKind::category);
}

TEST(Column, DatesHaveAPlaceInTime) {
  const Column days = column({"2024-01-05", "NA", "2024-01-06"});
  ASSERT_EQ(days.kind, ColumnKind::date);
  EXPECT_EQ(days.texts[0], "2024-01-05");
  EXPECT_EQ(days.numbers[0], 1704412800);
  EXPECT_EQ(days.numbers[2] - days.numbers[0], 86400);
  for (const char* noon :
       {"2024-01-05 12:00", "2024/1/5 12:00:00", "2024:01:05 12:00:00", "5.1.2024 12:00",
        "2024-01-05T12:00:00.000Z", "2024-01-05T14:00:00+02:00"}) {
    EXPECT_EQ(column({noon, "2024-01-06"}).numbers.at(0), 1704412800 + 43200) << noon;
  }
  for (const char* other : {"2024-13-05", "2023-02-29", "2024-01", "2024-01-05 noon", "2024-01/05",
                            "05/01/2024", "2024-01-05 25:00", "1-2-3"}) {
    EXPECT_EQ(column({"2024-01-05", other}).kind, ColumnKind::text) << other;
  }
}

TEST(Column, TextsThatComeAgainAreCategories) {
  EXPECT_EQ(column({"b 10", "b 9", "b 10"}).values, (Texts{"b 9", "b 10"}));
  EXPECT_EQ(column({"one", "two", "three"}).kind, ColumnKind::text);
  EXPECT_EQ(column({"one", " two "}).texts, (Texts{"one", "two"}));
}

TEST(UniqueNames, AreEachThereOnce) {
  EXPECT_EQ(unique_names(Texts{"year", "year 2", "year", "", "path", "year"}, Texts{"path"}),
            (Texts{"year", "year 2", "year 3", "column 4", "path 2", "year 4"}));
}

}  // namespace
}  // namespace tsimcne
