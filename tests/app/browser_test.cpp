// What `explore` starts where there is a desktop.

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/app/program.hpp"
#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// Children of `parent` that have ended and were not waited for.
int zombies_of(pid_t parent) {
  int count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string text;
    std::getline(file, text);
    const size_t name_ends = text.rfind(')');  // "12 (a name) Z 11 ..."
    if (name_ends == text.npos) continue;
    const std::string wanted = ") Z " + std::to_string(parent) + " ";
    count += text.compare(name_ends, wanted.size(), wanted) == 0 ? 1 : 0;
  }
  return count;
}

TEST(Browser, IsNobodysChild) {
  const TemporaryFolder folder;
  write_small_images(folder.path() / "images", 30, 16);
  const std::string run = (folder.path() / "run").string(), opened = folder.path() / "opened";
  ASSERT_EQ(run_program({"fit", (folder.path() / "images").string(), "-o", run, "--recipe", "paper",
                         "--backbone", "resnet-small", "--epochs", "0,0,0"})
                .status,
            0);
  fs::permissions(folder.write("bin/xdg-open", "#!/bin/sh\necho \"$1\" > " + opened + "\n"),
                  fs::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", ((folder.path() / "bin").string() + ":" + path).c_str(), 1);
  ::setenv("DISPLAY", ":99", 1);
  Program program({"explore", run});
  ::setenv("PATH", path.c_str(), 1);
  ::unsetenv("DISPLAY");
  ASSERT_TRUE(program.wait_for("Ctrl-C ends this"));
  for (int i = 0; i < 500 && !(fs::exists(opened) && fs::file_size(opened) > 0); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(read_whole_file(opened).starts_with("http://127.0.0.1:"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(zombies_of(program.process()), 0);
  program.signal(SIGINT);
  program.wait();
}

}  // namespace
}  // namespace tsimcne
