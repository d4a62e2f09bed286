// Methods compared, each in a process of its own.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/app/program.hpp"
#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Compare : public testing::Test {
 protected:
  Compare() { write_small_images(folder_.path() / "images", 60, 16); }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string file(const std::string& name) const {
    return read_whole_file(folder_.path() / "report" / name);
  }
  std::vector<std::vector<std::string>> table() const {
    return parse_csv(file("report.csv"), "report.csv");
  }

  std::vector<std::string> compare(const std::string& methods,
                                   std::vector<std::string> more = {}) const {
    more.insert(more.begin(),
                {"compare", path("images"), "-o", path("report"), "--methods", methods});
    return more;
  }

  /// Options of a training of so many epochs.
  static std::vector<std::string> training(const std::string& epochs) {
    return {"--backbone", "resnet-small", "--batch", "16", "--recipe", "paper", "--epochs", epochs};
  }

  /// Waits until an epoch of it is finished.
  void wait_for_training() const {
    const fs::path metrics = folder_.path() / "report" / "tsimcne" / "metrics.jsonl";
    for (int i = 0; i < 3000 && !(fs::exists(metrics) && fs::file_size(metrics) > 0); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  TemporaryFolder folder_;
};

TEST_F(Compare, TwoMethodsAndOneThatFails) {
  const Outcome outcome = run_program(compare("tsne,pca,pca+tsne"));
  EXPECT_EQ(outcome.status, 1) << outcome.printed;
  EXPECT_NE(outcome.printed.find("[1 of 3] tsne"), std::string::npos) << outcome.printed;
  EXPECT_NE(outcome.printed.find("1 of 3 methods made no map"), std::string::npos);
  const auto rows = table();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[1][0], "tsne");
  for (const size_t row : {1u, 2u}) {
    EXPECT_EQ(std::stod(rows[row][1]), 1) << "three greys are told apart";
    EXPECT_GT(std::stod(rows[row][2]), 0.1);
    EXPECT_GT(std::stod(rows[row][5]), 0);
    EXPECT_GT(std::stod(rows[row][6]), 1e7);
    EXPECT_EQ(rows[row][7], "");
  }
  EXPECT_NE(rows[3][7].find("a run with features.npy"), std::string::npos) << rows[3][7];
  for (const char* const name : {"maps.png", "maps.svg", "report.html", "report.md"}) {
    EXPECT_TRUE(fs::exists(folder_.path() / "report" / name)) << name;
  }
  EXPECT_EQ(run_program({"evaluate", path("report/tsne")}).status, 0);

  const Outcome again = run_program({"compare", "-o", path("report"), "--methods", "tsne,pca"});
  EXPECT_EQ(again.status, 0) << again.printed;
  EXPECT_NE(again.printed.find("tsne: there already"), std::string::npos) << again.printed;
  EXPECT_EQ(table()[1], rows[1]);
}

TEST_F(Compare, IsStoppedAndGoneOnWith) {
  Program first(compare("tsimcne,pca", training("3,3,30")));
  wait_for_training();
  first.signal(SIGINT);
  EXPECT_EQ(first.wait(), 128 + SIGINT) << first.printed();
  EXPECT_NE(first.printed().find("Go on with: tsimcne compare -o " + path("report")),
            std::string::npos)
      << first.printed();
  const auto record = nlohmann::json::parse(file("comparison.json")).at("runs").at("tsimcne");
  EXPECT_FALSE(record.at("finished").get<bool>());
  const Outcome second = run_program({"compare", "-o", path("report")});
  ASSERT_EQ(second.status, 0) << second.printed;
  EXPECT_NE(second.printed.find("pca: there already"), std::string::npos);
  EXPECT_GT(std::stod(table()[1][5]), record.at("seconds").get<double>());
}

TEST_F(Compare, AMethodThatIsKilledIsARow) {
  Program program(compare("tsimcne,pca", training("3,3,3000")));
  wait_for_training();
  const std::string self = std::to_string(program.process());
  std::ifstream children("/proc/" + self + "/task/" + self + "/children");
  pid_t child = 0;
  ASSERT_TRUE(children >> child);
  ::kill(child, SIGKILL);
  EXPECT_EQ(program.wait(), 1) << program.printed();
  EXPECT_NE(table()[1][7].find("it was killed (signal 9)"), std::string::npos) << table()[1][7];
  EXPECT_EQ(table()[2][7], "");
}

TEST_F(Compare, BeginsNothingWhereItIsAskedForWhatIsNotThere) {
  for (const auto& [methods, words] :
       {std::pair("pca,tsn", "there is no method"), {"tsne,simclr+tsimcne", "takes no features"}}) {
    const Outcome outcome = run_program(compare(methods));
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.printed.find(words), std::string::npos) << outcome.printed;
  }
  EXPECT_FALSE(fs::exists(path("report")));
}

}  // namespace
}  // namespace tsimcne
