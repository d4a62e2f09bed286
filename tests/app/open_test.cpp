// `tsimcne photos/` as a person runs it: one command from a folder to the explored map, and again.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/app/page_of_program.hpp"
#include "tests/app/program.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// Files of noise, dark or bright.
void write_images(const fs::path& folder, int count, uint64_t seed) {
  fs::create_directories(folder);
  Random random(seed, Stream::subset);
  for (int i = 0; i < count; ++i) {
    std::string text = "P6 16 16 255\n";
    for (int p = 0; p < 16 * 16 * 3; ++p) {
      text += static_cast<char>(i % 2 * 128 + static_cast<int>(random.below(100)));
    }
    write_whole_file(folder / fmt::format("{:02}.ppm", i), text);
  }
}

/// A folder of 60 images, without a map yet.
class Open : public testing::Test {
 protected:
  void SetUp() override { write_images(images(), 60, 1); }

  fs::path images() const { return folder_.path() / "photos"; }
  fs::path map() const { return folder_.path() / "photos.map"; }

  /// `tsimcne photos/`, with what makes it quick.
  std::vector<std::string> quickly(const std::string& epochs = "1,0,2") const {
    return {images().string() + "/",
            "--recipe",
            "paper",
            "--backbone",
            "resnet-small",
            "--epochs",
            epochs,
            "--batch",
            "16"};
  }
  static void end(Program& program) {
    program.signal(SIGINT);
    program.wait();
  }

  TemporaryFolder folder_;
};

TEST_F(Open, GoesFromAFolderToTheExploredMapOnOnePage) {
  Program program(quickly());
  ASSERT_TRUE(program.wait_for("Watch it at http://127.0.0.1:")) << program.printed();
  EXPECT_NE(program.printed().find("The map will be in " + map().string()), std::string::npos);
  httplib::Client client(address_in(program.printed()));
  EXPECT_EQ(client.Get("/").value().status, 200);
  ASSERT_TRUE(waits_for_state(client, "ready"));
  EXPECT_EQ(header_of(client.Get("/map.bin").value().body)["count"], 60);
  EXPECT_TRUE(fs::exists(map() / "map.png"));
  EXPECT_TRUE(program.wait_for("Ctrl-C ends this"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0) << program.printed();
}

TEST_F(Open, ShowsTheMapThatIsThereWithWhatHasChanged) {
  Program first(quickly());
  ASSERT_TRUE(first.wait_for("Ctrl-C ends this")) << first.printed();
  end(first);
  const std::string places = read_whole_file(map() / "map.npy");

  Program second({images().string()});
  ASSERT_TRUE(second.wait_for("Ctrl-C ends this")) << second.printed();
  EXPECT_EQ(second.printed().find("new since"), std::string::npos) << second.printed();
  end(second);

  write_images(images() / "more", 3, 7);
  folder_.write("photos/notes.txt", "no image");
  fs::remove(images() / "00.ppm");
  Program third({map().string()});  // by the map's own name
  ASSERT_TRUE(third.wait_for("Ctrl-C ends this")) << third.printed();
  EXPECT_NE(third.printed().find(
                "3 images are new since the map was made, and placed on it; 1 image is gone"),
            std::string::npos)
      << third.printed();
  httplib::Client client(address_in(third.printed()));
  const auto header = header_of(client.Get("/map.bin").value().body);
  EXPECT_EQ(header["count"], 63);
  EXPECT_NE(header.dump().find("since the map was made"), std::string::npos);
  EXPECT_EQ(client.Get("/image/62").value().status, 200);
  EXPECT_EQ(client.Get("/atlas/0/0").value().status, 200);
  EXPECT_EQ(nlohmann::json::parse(client.Get("/neighbors/62").value().body)["ids"].size(), 12);
  end(third);
  EXPECT_EQ(read_whole_file(map() / "map.npy"), places);
}

TEST_F(Open, GoesOnWithWhatWasStopped) {
  Program first(quickly("500,0,500"));
  ASSERT_TRUE(first.wait_for("stage 1/3  epoch")) << first.printed();
  first.signal(SIGINT);
  EXPECT_EQ(first.wait(), 130) << first.printed();
  EXPECT_TRUE(fs::exists(map() / "map.npy"));
  Program second({images().string()});
  ASSERT_TRUE(second.wait_for("goes on")) << second.printed();
  ASSERT_TRUE(second.wait_for("stage 1/3  epoch")) << second.printed();
  httplib::Client client(address_in(second.printed()));
  EXPECT_EQ(client.Post("/stop").value().status, 200);  // the page's button
  ASSERT_TRUE(waits_for_state(client, "ready"));
  EXPECT_EQ(header_of(client.Get("/map.bin").value().body)["count"], 60);
  end(second);
}

TEST_F(Open, NeverTakesOneMapForAnother) {
  EXPECT_EQ(run_program({"fit", images().string(), "--method", "pca"}).status, 0);
  EXPECT_TRUE(fs::exists(map() / "map.npy"));  // fit's usual place is the same
  const auto refused = [](const std::vector<std::string>& arguments, const std::string& words) {
    const Outcome outcome = run_program(arguments);
    EXPECT_NE(outcome.status, 0) << outcome.printed;
    EXPECT_NE(outcome.printed.find(words), std::string::npos) << outcome.printed;
  };
  refused({images().string(), "--method", "umap"}, "is there already, and --method would make");
  refused({"fit", images().string()}, "is a run already");
  write_images(folder_.path() / "others", 5, 2);
  refused({(folder_.path() / "others").string(), "-o", map().string()}, "a map of other images");
  refused({"foto/"}, "\"foto/\" is no command, and there is no such file or folder");
  refused({"explor"}, "did you mean explore?");
  Program again({images().string(), "--method", "pca", "--force"});
  EXPECT_TRUE(again.wait_for("Ctrl-C ends this")) << again.printed();
  end(again);
  Program page({"explore", images().string()});  // its map is meant
  EXPECT_TRUE(page.wait_for("Ctrl-C ends this")) << page.printed();
  end(page);
}

}  // namespace
}  // namespace tsimcne
