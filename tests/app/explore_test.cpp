// `tsimcne explore` as a person runs it. What the page does in a browser is tested in explorer/.

#include <gtest/gtest.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/app/page_of_program.hpp"
#include "tests/app/program.hpp"
#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// A run of 60 images.
std::string fit_small(const TemporaryFolder& folder) {
  write_small_images(folder.path() / "images", 60, 16);
  const std::string run = (folder.path() / "run").string();
  const Outcome outcome =
      run_program({"fit", (folder.path() / "images").string(), "-o", run, "--backbone",
                   "resnet-small", "--recipe", "paper", "--epochs", "1,0,0", "--batch", "16"});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  return run;
}

TEST(Explore, ExportsARunAndDoesNotOverwrite) {
  const TemporaryFolder folder;
  const std::string run = fit_small(folder), page = (folder.path() / "page.html").string();
  const std::string rows = read_whole_file(fs::path(run) / "map.csv");
  const size_t end = rows.find('\n', rows.find("\n3,") + 1);
  const std::string path = rows.substr(rows.rfind(',', end) + 1, end - rows.rfind(',', end) - 1);
  const fs::path table = folder.write("table.csv", "path,weight\n" + path + ",1.5\n");
  const Outcome outcome =
      run_program({"explore", run, "--export", page, "--metadata", table.string()});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("60 images"), std::string::npos) << outcome.printed;
  EXPECT_TRUE(read_whole_file(page).starts_with("<!doctype html>"));
  const Outcome refused = run_program({"explore", run, "--export", page});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.printed.find("name another file with --export"), std::string::npos)
      << refused.printed;
  EXPECT_EQ(run_program({"explore", run, "--export", page, "--force"}).status, 0);
}

TEST(Explore, ServesARun) {
  const TemporaryFolder folder;
  const std::string run = fit_small(folder);
  Program program({"explore", run, "--no-browser"});
  ASSERT_TRUE(program.wait_for("Ctrl-C")) << program.printed();
  httplib::Client client(address_in(program.printed()));
  const auto page = client.Get("/"), image = client.Get("/image/0");
  ASSERT_TRUE(page && image);
  EXPECT_NE(page->body.find("\"placing\":true"), std::string::npos);
  // An image of the run is placed where it is on the map.
  const auto placed = client.Post("/place", image->body, "application/octet-stream");
  ASSERT_TRUE(placed);
  ASSERT_EQ(placed->status, 200) << placed->body;
  EXPECT_EQ(nlohmann::json::parse(placed->body)["ids"].size(), 12);
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), -SIGINT);
}

TEST(Explore, WatchesATraining) {
  const TemporaryFolder folder;
  write_small_images(folder.path() / "images", 60, 16);
  const std::string run = (folder.path() / "run").string();
  Program program({"fit", (folder.path() / "images").string(), "-o", run, "--backbone",
                   "resnet-small", "--recipe", "paper", "--epochs", "0,0,500", "--batch", "16",
                   "--watch"});
  ASSERT_TRUE(program.wait_for("Watch it at http://127.0.0.1:"));
  ASSERT_TRUE(program.wait_for("stage 3/3  epoch"));
  httplib::Client client(address_in(program.printed()));
  const auto before = client.Get("/points.bin");
  ASSERT_TRUE(before);
  auto progress = nlohmann::json::object();
  for (int i = 0; i < 500 && progress.value("version", 0) < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto answer = client.Get("/progress");
    ASSERT_TRUE(answer);
    progress = nlohmann::json::parse(answer->body);
  }
  EXPECT_GE(progress["version"], 3);
  EXPECT_EQ(progress["stages"], 3);
  EXPECT_FALSE(progress["losses"].empty());
  const auto after = client.Get("/points.bin");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->body.size(), before->body.size());
  EXPECT_NE(after->body, before->body);
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 130) << program.printed();
}

/// Starts a training of `count` images that is watched.
Program watched_fit(const TemporaryFolder& folder, int count, const std::string& epochs,
                    std::vector<std::string> more = {}) {
  write_small_images(folder.path() / "images", count, 16);
  std::vector<std::string> arguments{"fit",         (folder.path() / "images").string(),
                                     "-o",          (folder.path() / "run").string(),
                                     "--recipe",    "paper",
                                     "--epochs",    epochs,
                                     "--watch",     "--backbone",
                                     "resnet-small"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Program(arguments);
}

TEST(Explore, ShowsTheWholeMapWhenTheTrainingItWatchedHasEnded) {
  const TemporaryFolder folder;
  Program program = watched_fit(folder, 2050, "0,0,3");
  ASSERT_TRUE(program.wait_for("Watch it at http")) << program.printed();
  httplib::Client client(address_in(program.printed()));
  ASSERT_TRUE(waits_for_state(client, "learning"));
  const auto ask = [&](const std::string& path) { return client.Get(path).value(); };
  const auto tell = [&](const std::string& path, const std::string& body) {
    return client.Post(path, body, "application/json").value();
  };
  const std::string label = R"({"label": "x", "ids": [2049]})";
  EXPECT_EQ(header_of(ask("/map.bin").body)["count"], 2050);
  EXPECT_EQ(tell("/labels", label).status, 409);

  ASSERT_TRUE(program.wait_for("Ctrl-C ends this")) << program.printed();
  EXPECT_TRUE(fs::exists(folder.path() / "run" / "map.png"));
  EXPECT_EQ(nlohmann::json::parse(ask("/progress").body)["state"], "ready");
  EXPECT_EQ(header_of(ask("/map.bin").body)["count"], 2050);
  EXPECT_EQ(header_of(ask("/text.bin").body)["count"], 2050);
  EXPECT_NE(ask("/").body.find("\"watching\":false"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(ask("/neighbors/2049").body)["ids"].size(), 12);
  const auto placed = nlohmann::json::parse(tell("/place", ask("/image/2049").body).body);
  EXPECT_EQ(placed["ids"].size(), 12) << placed;
  EXPECT_EQ(tell("/exports", R"({"name": "one", "kind": "csv", "ids": [2049]})").status, 200);
  EXPECT_EQ(tell("/labels", label).status, 200);
  EXPECT_TRUE(fs::exists(folder.path() / "run" / "labels.csv"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0) << program.printed();
}

TEST(Explore, ShowsAMapOfThreeDimensionsWhenTheTrainingHasEnded) {
  const TemporaryFolder folder;
  Program program = watched_fit(folder, 60, "1,0,20", {"--out-dim", "3", "--batch", "16"});
  ASSERT_TRUE(program.wait_for("Watch it at http")) << program.printed();
  httplib::Client client(address_in(program.printed()));
  ASSERT_TRUE(waits_for_state(client, "learning"));
  EXPECT_EQ(header_of(client.Get("/map.bin").value().body)["dimensions"], 2);  // not yet a map
  ASSERT_TRUE(program.wait_for("Ctrl-C ends this")) << program.printed();
  EXPECT_EQ(header_of(client.Get("/map.bin").value().body)["dimensions"], 3);
  const auto image = client.Get("/image/0");
  const auto placed = client.Post("/place", image.value().body, "image/jpeg");
  EXPECT_TRUE(nlohmann::json::parse(placed.value().body).contains("z")) << placed->body;
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0) << program.printed();
}

TEST(Explore, WatchesARunThatIsFinished) {
  const TemporaryFolder folder;
  const std::string run = fit_small(folder);
  Program program({"fit", "-o", run, "--resume", "--watch"});
  ASSERT_TRUE(program.wait_for("Ctrl-C ends this")) << program.printed();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0) << program.printed();
}

TEST(Explore, RefusesWhatIsNoRun) {
  const TemporaryFolder folder;
  const Outcome outcome = run_program({"explore", folder.path().string()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.printed.find("is not a run"), std::string::npos) << outcome.printed;
  EXPECT_EQ(run_program({"explore", folder.path().string(), "--export", "map.pdf"}).status, 1);
}

}  // namespace
}  // namespace tsimcne
