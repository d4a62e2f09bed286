// Tables beside images, as people bring them to the program.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <vips/vips.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/app/program.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Tables : public testing::Test {
 protected:
  fs::path path(const std::string& name) const { return folder_.path() / name; }

  /// A PNG of 16 x 16 pixels of noise, another one for each number.
  void put(const std::string& name, int number) const {
    std::array<uint8_t, 3 * 16 * 16> pixels{};
    Random random(static_cast<uint64_t>(number), Stream::subset);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(random.below(256));
    ASSERT_EQ(vips_init("tests"), 0);
    VipsImage* const image =
        vips_image_new_from_memory_copy(pixels.data(), pixels.size(), 16, 16, 3, VIPS_FORMAT_UCHAR);
    const fs::path file = path("in") / name;
    fs::create_directories(file.parent_path());
    ASSERT_EQ(vips_pngsave(image, file.c_str(), nullptr), 0);
    g_object_unref(image);
  }

  /// Makes a run in the folder run; what it printed.
  std::string fit(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        "fit", path("in").string(), "-o", path("run").string(), "--method", "pca"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.printed;
    return outcome.printed;
  }

  /// The label of each image in the run's map.csv, by path.
  std::map<std::string, std::string> labels() const {
    std::map<std::string, std::string> labels;
    for (const auto& row : parse_csv(read_whole_file(path("run/map.csv")), "map.csv")) {
      labels[row[5]] = row[3];
    }
    labels.erase("path");
    return labels;
  }

  static void expect_in(const std::string& printed, const std::string& words) {
    EXPECT_NE(printed.find(words), std::string::npos) << words << "\nprinted: " << printed;
  }

  TemporaryFolder folder_;
};

TEST_F(Tables, FitSaysHowATableOfLabelsFits) {
  for (int i = 0; i < 30; ++i) put(fmt::format("img{:02}.png", i), i);
  const fs::path table =
      folder_.write("in/t.csv",
                    "file_name;species\nimg00.png;cat\nimg01;cat\nX/img02.png;dog\nimgXX.png;dog\n"
                    "imgYY.png;dog\n");
  const std::string printed = fit({"--labels", table.string()});
  expect_in(printed, "3 of 30 images are labelled; 2 rows name no image, the first: imgXX.png\n");
  expect_in(printed, "30 images of 16 x 16 pixels; 2 labels");
  EXPECT_EQ(labels()["img02.png"], "dog");
}

TEST_F(Tables, TheTableOfLabelsIsNotNeededAgain) {
  for (int i = 0; i < 4; ++i) put(fmt::format("{}.png", i), i);
  const fs::path table = folder_.write("t.csv", "0.png,cat\n1.png,cat\n2.png,dog\n");
  fit({"--labels", table.string()});
  fs::remove(table);
  const std::string run = path("run").string();
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"info", run},
           {"plot", run, "-o", path("p.png").string()},
           {"transform", run, path("in").string(), "-o", path("x.csv").string()},
           {"explore", run, "--export", path("m.html").string()},
           {"fit", "-o", run, "--resume"}}) {
    const Outcome outcome = run_program(command);
    EXPECT_EQ(outcome.status, 0) << command[0] << ": " << outcome.printed;
  }
  EXPECT_EQ(labels()["1.png"], "cat");
}

TEST_F(Tables, AnUnreadableOneIsRefusedByItsRow) {
  for (int i = 0; i < 3; ++i) put(fmt::format("{}.png", i), i);
  const fs::path table = folder_.write("t.csv", "0.png,cat\n1.png,M\xFCller\n");
  const Outcome outcome = run_program({"fit", path("in").string(), "-o", path("run").string(),
                                       "--method", "pca", "--labels", table.string()});
  EXPECT_EQ(outcome.status, 1);
  expect_in(outcome.printed, "t.csv, row 2 is not UTF-8; save the table as CSV UTF-8");
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(Tables, ClassesAreInOneOrderEverywhere) {
  for (int c = 0; c < 12; ++c) {
    for (int i = 0; i < 4; ++i) put(fmt::format("{}/{}.png", c, i), 4 * c + i);
  }
  fit();
  const Outcome plot = run_program({"plot", path("run").string(), "-o", path("p.png").string()});
  ASSERT_EQ(plot.status, 0) << plot.printed;
  EXPECT_EQ(read_whole_file(path("p.png")), read_whole_file(path("run/map.png")));
  const std::string info = run_program({"info", path("run").string()}).printed;
  EXPECT_LT(info.find("4  2\n"), info.find("4  10\n"));
}

/// The page's data, as a server gives it.
class Served {
 public:
  explicit Served(std::vector<std::string> arguments) : program_(std::move(arguments)) {
    EXPECT_TRUE(program_.wait_for("Ctrl-C")) << program_.printed();
    const std::string& printed = program_.printed();
    const size_t from = printed.find("http://");
    client_.emplace(printed.substr(from, printed.find('/', from + 7) - from));
  }
  ~Served() {
    program_.signal(SIGINT);
    program_.wait();
  }

  const std::string& printed() const { return program_.printed(); }
  int label(const std::string& json) {
    return client_->Post("/labels", json, "application/json").value().status;
  }
  std::string get(const std::string& path) { return client_->Get(path).value().body; }
  std::string post(const std::string& path, const std::string& json) {
    return client_->Post(path, json, "application/json").value().body;
  }

 private:
  Program program_;
  std::optional<httplib::Client> client_;
};

TEST_F(Tables, OwnLabelsStayWithTheirImages) {
  for (int i = 0; i < 5; ++i) {
    put(fmt::format("{}.png", i), i);
    put(fmt::format("sub/{}.png", i), i + 40);
  }
  fit();
  const std::vector<std::string> explore = {"explore", path("run").string(), "--no-browser"};
  EXPECT_EQ(Served(explore).label(R"({"label": "good", "ids": [1]})"), 200);
  EXPECT_EQ(Served(explore).label(R"({"label": "bad", "ids": [3]})"), 200);
  EXPECT_EQ(read_whole_file(path("run/labels.csv")), "path,label\n1.png,good\n3.png,bad\n");

  Served one(explore), other(explore);
  EXPECT_EQ(one.label(R"({"label": "third", "ids": [0]})"), 200);
  EXPECT_EQ(other.label(R"({"label": "fourth", "ids": [4]})"), 200);
  EXPECT_EQ(read_whole_file(path("run/labels.csv")),
            "path,label\n0.png,third\n1.png,good\n3.png,bad\n4.png,fourth\n");
  one.post("/exports", R"({"kind": "csv", "name": "e", "ids": [0, 1]})");
  const auto rows =
      parse_csv(read_whole_file(path("run/exports/e/selection.csv")), "selection.csv");
  EXPECT_EQ(rows[0][3], "your label");
  EXPECT_EQ(rows[1][3], "third");
}

TEST_F(Tables, MetadataKeepsItsDigits) {
  std::string table = "Filename\tdate\tprice\tphoto_id\tstars\ttaken\n";
  for (int i = 0; i < 30; ++i) {
    put(fmt::format("img{:02}.png", i), i);
    table += fmt::format("img{:02}.png\t202401{:02}\t{}.99\t1234567890{:03}\t{}\t2024-01-{:02}\n",
                         i, i + 1, 1970 + i, i, i % 5, i + 1);
  }
  fit();
  const fs::path file = folder_.write("meta.tsv", table);
  Served served({"explore", path("run").string(), "--no-browser", "--metadata", file.string()});
  expect_in(served.printed(), "30 of 30 images are in " + file.string() + "\n");
  const std::string texts = served.get("/text.bin"), map = served.get("/map.bin");
  for (const char* digits : {"20240101", "20240130", "1999.99", "1234567890029", "2024-01-30"}) {
    expect_in(texts, digits);
  }
  expect_in(map, R"("name":"date","kind":"number","type":"f64")");
  expect_in(map, R"("name":"stars","kind":"category","values":["0","1","2","3","4"])");
  expect_in(map, R"("name":"taken","kind":"date")");
}

TEST_F(Tables, OnlyARunWithAMapIsShown) {
  for (int i = 0; i < 3; ++i) put(fmt::format("{}.png", i), i);
  fit();
  const std::string run = path("run").string();
  fs::remove(path("run/map.npy"));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"explore", run, "--export", path("m.html").string()},
                                             {"plot", run, "-o", path("p.png").string()},
                                             {"evaluate", run}}) {
    const Outcome outcome = run_program(command);
    EXPECT_EQ(outcome.status, 1) << outcome.printed;
    expect_in(outcome.printed, "has no map yet; tsimcne fit -o " + run + " --resume");
  }
}

TEST_F(Tables, AnOutputInNoFolderIsRefusedAtOnce) {
  for (int i = 0; i < 3; ++i) put(fmt::format("{}.png", i), i);
  fit();
  const std::string run = path("run").string();
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"transform", run, path("nothing").string(), "-o", path("missing/x.csv").string()},
           {"explore", run, "--export", path("missing/x.html").string()},
           {"plot", run, "-o", path("missing/x.png").string()}}) {
    const Outcome outcome = run_program(command);
    EXPECT_EQ(outcome.status, 1) << outcome.printed;
    expect_in(outcome.printed, "missing is no folder");
  }
}

TEST_F(Tables, ConfigsSayWhatIsWrongWithThem) {
  put("0.png", 0);
  put("1.png", 1);
  put("2.png", 2);
  const fs::path bare = folder_.write("bare.toml", "input=\"" + path("in").string() + "\"\n");
  Outcome outcome = run_program({"fit", "--config", bare.string(), "-o", path("run").string()});
  EXPECT_EQ(outcome.status, 2);
  expect_in(outcome.printed, "put the line [fit] above it");
  const fs::path typed = folder_.write("typed.toml", "[fit]\nspeed=3\n");
  outcome = run_program({"fit", "--config", typed.string(), "-o", path("run").string()});
  EXPECT_EQ(outcome.status, 2);
  expect_in(outcome.printed, "the config gives fit.speed, which is not known");
  const fs::path marked = folder_.write(
      "marked.toml", "\xEF\xBB\xBF[fit]\ninput=\"" + path("in").string() + "\"\nmethod=\"pca\"\n");
  outcome = run_program({"fit", "--config", marked.string(), "-o", path("run").string()});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
}

}  // namespace
}  // namespace tsimcne
