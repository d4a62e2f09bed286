#include "tsimcne/settings.hpp"

#include <gtest/gtest.h>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Kind = Setting::Kind;

const std::vector<Setting>& declared() {
  static const std::vector<Setting> all = {
      {.name = "batch", .kind = Kind::whole, .initial = "512", .least = 2, .most = 1024},
      {.name = "rate", .kind = Kind::number, .most = 1},
      {.name = "epochs", .kind = Kind::numbers, .fewest_numbers = 2, .most_numbers = 3},
      {.name = "sizes", .kind = Kind::wholes, .fewest_numbers = 2, .most_numbers = 2},
      {.name = "budget", .kind = Kind::time},
      {.name = "fit", .initial = "crop", .choices = {"crop", "pad"}, .methods = {"one"}},
      {.name = "net", .choices = {"small"}, .ending = ".pt"},
      {.name = "input", .kind = Kind::path},
      {.name = "fast", .kind = Kind::flag},
      {.name = "places", .kind = Kind::paths}};
  return all;
}

/// The sentence of the Error, "" where there is none.
std::string refusal(const std::string& name, const std::vector<std::string>& words) {
  Settings settings(declared());
  try {
    settings.give(name, words);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Settings, HaveWhatWasGivenOrTheirInitialValue) {
  Settings settings(declared());
  EXPECT_EQ(settings.whole("batch"), 512);
  EXPECT_EQ(settings.text("net"), "");
  EXPECT_EQ(settings.numbers("epochs"), std::vector<double>());
  EXPECT_FALSE(settings.flag("fast"));
  EXPECT_FALSE(settings.has("batch"));
  settings.give("batch", "64");
  settings.give("epochs", "3,1.5");
  settings.give("budget", "1.5m");
  settings.give("fast", "true");
  settings.give("net", "here/mine.pt");
  EXPECT_EQ(settings.whole("batch"), 64);
  EXPECT_EQ(settings.numbers("epochs"), (std::vector<double>{3, 1.5}));
  EXPECT_EQ(settings.number("budget"), 90);
  EXPECT_TRUE(settings.flag("fast"));
  EXPECT_EQ(settings.path("net").filename(), "mine.pt");
  settings.leave_open("batch");
  EXPECT_FALSE(settings.has("batch"));
  settings.give("input", "");
  EXPECT_FALSE(settings.has("input"));  // which is as good as nothing
}

TEST(Settings, SayWhatTheyCanBe) {
  EXPECT_EQ(refusal("batch", {"1"}), "--batch 1: expected a whole number, 2 to 1024");
  EXPECT_EQ(refusal("batch", {"many"}), "--batch many: expected a whole number, 2 to 1024");
  EXPECT_EQ(refusal("batch", {"64.5"}), "--batch 64.5: expected a whole number, 2 to 1024");
  EXPECT_EQ(refusal("rate", {"nan"}), "--rate nan: expected a number, 0 to 1");
  EXPECT_EQ(refusal("epochs", {"1"}),
            "--epochs 1: expected 2 to 3 numbers with commas between, 0 or more each");
  EXPECT_EQ(refusal("epochs", {"1,,2"}),
            "--epochs 1,,2: expected 2 to 3 numbers with commas between, 0 or more each");
  EXPECT_EQ(refusal("sizes", {"1.5,2"}),
            "--sizes 1.5,2: expected 2 whole numbers with commas between, 0 or more each");
  for (const char* const time : {"3", "m", "-3m", "infs", "3 m", ""}) {
    EXPECT_NE(refusal("budget", {time}).find("as 90s, 20m or 2h"), std::string::npos) << time;
  }
  EXPECT_EQ(refusal("fit", {"cut"}), "--fit cut: expected one of crop, pad");
  EXPECT_EQ(refusal("net", {"large"}), "--net large: expected one of small or a file *.pt");
  EXPECT_EQ(refusal("nothing", {"1"}), "there is no setting \"nothing\"");
}

TEST(Settings, OfAMethodAreWritten) {
  Settings settings(declared());
  settings.give("epochs", std::vector<std::string>{"3", "1"});
  settings.give("input", "a \"b\"");
  const auto entries = settings.entries("one");
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0], (std::pair<std::string, std::string>("batch", "512")));
  EXPECT_EQ(entries[1], (std::pair<std::string, std::string>("epochs", "[3, 1]")));
  EXPECT_EQ(entries[2], (std::pair<std::string, std::string>("fit", "\"crop\"")));
  EXPECT_EQ(entries[3], (std::pair<std::string, std::string>("input", "'a \"b\"'")));
  EXPECT_EQ(settings.entries("another").size(), 3u);
  settings.give("input", "a \"b' c");
  EXPECT_THROW(settings.entries("one"), Error);
}

TEST(Settings, MayBeSeveralPaths) {
  Settings settings(declared());
  EXPECT_FALSE(settings.has("places"));
  EXPECT_TRUE(settings.paths("places").empty());
  settings.give("places", "a b");
  EXPECT_EQ(settings.paths("places"), std::vector<std::filesystem::path>{"a b"});
  EXPECT_EQ(settings.entries("one").back().second, "\"a b\"");
  settings.give("places", std::vector<std::string>{"a b", "c\""});
  EXPECT_EQ(settings.paths("places"), (std::vector<std::filesystem::path>{"a b", "c\""}));
  EXPECT_EQ(settings.entries("one").back().second, "[\"a b\", 'c\"']");
  EXPECT_EQ(settings.text("places"), "a b c\"");
  settings.set("places", std::string("d"));
  EXPECT_EQ(settings.paths("places"), std::vector<std::filesystem::path>{"d"});
  settings.give("places", "");
  EXPECT_FALSE(settings.has("places"));
}

TEST(Settings, AreTakenBackAsTheyAreWritten) {
  Settings settings(declared()), again(declared());
  for (const auto& [name, word] : {std::pair("batch", "64"),
                                   {"rate", "0.5"},
                                   {"epochs", "3,1.5"},
                                   {"budget", "90s"},
                                   {"fast", "true"},
                                   {"input", "a 'b'"}}) {
    settings.give(name, word);
    EXPECT_EQ(settings.word(name), word);
    again.give(name, settings.word(name));
    EXPECT_EQ(again.word(name), word);
  }
}

TEST(Settings, RefuseAValueOfAnotherKind) {
  Settings settings(declared());
  EXPECT_THROW(settings.set("batch", 3.5), Error);
  settings.set("batch", int64_t{7});
  EXPECT_EQ(settings.whole("batch"), 7);
}

}  // namespace
}  // namespace tsimcne
