// A folder as people have them: photographs of all sizes and formats, some of them broken.

#include <gtest/gtest.h>

#include "tests/app/program.hpp"
#include "tests/images/fixtures.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

/// A scene of soft colours that differs with its number.
VipsHandle scene(int number, int width, int height, int bands = 3) {
  return draw(width, height, bands, [=](int x, int y, int band) {
    if (band == 3) return x * 255 / width;  // alpha
    return (x * (3 + number) / 7 + y * (2 + band) / 5 + 40 * number + 60 * band) & 255;
  });
}

VipsHandle with_orientation(VipsHandle image, int orientation) {
  vips_image_set_int(image.get(), VIPS_META_ORIENTATION, orientation);
  return image;
}

VipsHandle in_colours(VipsHandle image, VipsInterpretation space) {
  return changed(std::move(image), [=](VipsImage* in, VipsImage** out) {
    return vips_colourspace(in, out, space, nullptr);
  });
}

/// Twenty photographs: their names with their bytes.
std::vector<std::pair<std::string, Bytes>> photographs() {
  std::vector<std::pair<std::string, Bytes>> files;
  const auto add = [&](const std::string& name, const VipsHandle& image, const char* ending) {
    files.emplace_back(name, encode(image, ending));
  };
  add("strand/morgen.jpg", scene(0, 640, 480), ".jpg");
  add("strand/Dünen im Wind.jpeg", scene(1, 300, 500), ".jpg[Q=60]");
  add("strand/über Kopf.jpg", with_orientation(scene(2, 400, 250), 3), ".jpg");
  add("strand/hochkant.jpg", with_orientation(scene(3, 500, 200), 6), ".jpg");
  add("strand/gespiegelt.jpg", with_orientation(scene(4, 333, 444), 5), ".jpg");
  add("山/富士山.png", scene(5, 210, 130), ".png");
  add("山/雪.png", scene(6, 128, 128, 4), ".png");
  add("山/霧.png", in_colours(scene(7, 150, 90), VIPS_INTERPRETATION_RGB16), ".png");
  add("山/夜.png", in_colours(scene(8, 90, 150), VIPS_INTERPRETATION_GREY16), ".png");
  add("山/灰.png", scene(9, 77, 77, 1), ".png");
  add("café/crème brûlée.webp", scene(10, 320, 240), ".webp");
  add("café/sans perte.webp", scene(11, 100, 300, 4), ".webp[lossless]");
  add("café/menu.tiff", scene(12, 260, 180), ".tif");
  add("café/tuiles.tif", scene(13, 300, 300), ".tif[tile,compression=lzw]");
  add("café/gris.jpg", scene(14, 200, 200, 1), ".jpg");
  add("москва/река.jpg", in_colours(scene(15, 240, 160), VIPS_INTERPRETATION_CMYK), ".jpg");
  add("москва/мост.gif", scene(16, 120, 110), ".gif");
  add("москва/парк.jpg", scene(17, 9, 7), ".jpg");
  add("москва/линия.png", scene(18, 900, 3), ".png");
  add("москва/башня '\"#.jpg", scene(19, 70, 1200), ".jpg[interlace]");
  return files;
}

/// Ten files that are no images.
std::vector<std::pair<std::string, Bytes>> broken_files() {
  const Bytes jpeg = encode(scene(1, 400, 300), ".jpg");
  const Bytes png = encode(scene(2, 400, 300), ".png");
  return {{"b/empty.jpg", ""},
          {"b/text.jpg", "Not a picture at all.\n"},
          {"b/half.jpg", jpeg.substr(0, jpeg.size() / 2)},
          {"b/head.jpg", jpeg.substr(0, 20)},
          {"b/half.png", png.substr(0, png.size() / 2)},
          {"b/huge.png", hollow_png(60000, 60000)},
          {"b/hollow.png", hollow_png(60, 60)},
          {"b/zeros.webp", Bytes(5000, '\0')},
          {"b/head.gif", "GIF89a"},
          {"b/noise.tif", "II*\0\xff\xff\xff\xff garbage"}};
}

TEST(Photographs, OfAllKindsGoThroughFitAndTransform) {
  const TemporaryFolder folder;
  for (const auto& [name, bytes] : photographs()) folder.write("album/" + name, bytes);
  const std::string run = (folder.path() / "run").string();
  const Outcome fit =
      run_program({"fit", (folder.path() / "album").string(), "-o", run, "--backbone",
                   "resnet-small", "--recipe", "paper", "--epochs", "1,1,1", "--image-size", "32"});
  ASSERT_EQ(fit.status, 0) << fit.printed;
  const auto rows = parse_csv(read_whole_file(run + "/map.csv"), "map.csv");
  EXPECT_EQ(rows.size(), 21u) << fit.printed;
  EXPECT_EQ(read_whole_file(run + "/skipped.csv"), "path,reason\n");

  for (const auto& [name, bytes] : photographs()) folder.write("mixed/" + name, bytes);
  for (const auto& [name, bytes] : broken_files()) folder.write("mixed/" + name, bytes);
  const std::string places = (folder.path() / "places.csv").string();
  const Outcome transform =
      run_program({"transform", run, (folder.path() / "mixed").string(), "-o", places});
  ASSERT_EQ(transform.status, 0) << transform.printed;
  EXPECT_EQ(parse_csv(read_whole_file(places), "places").size(), 21u);
  const auto skipped =
      parse_csv(read_whole_file(folder.path() / "places.skipped.csv"), "places.skipped.csv");
  ASSERT_EQ(skipped.size(), 11u) << transform.printed;
  for (size_t i = 1; i < skipped.size(); ++i) EXPECT_FALSE(skipped[i][1].empty()) << skipped[i][0];
  EXPECT_NE(transform.printed.find("10 files skipped"), std::string::npos) << transform.printed;
}

TEST(Photographs, WhereNoneIsLeftFitSaysSoAndLeavesNothing) {
  const TemporaryFolder folder;
  for (const auto& [name, bytes] : broken_files()) folder.write("album/" + name, bytes);
  const fs::path run = folder.path() / "run";
  const Outcome fit = run_program({"fit", (folder.path() / "album").string(), "-o", run.string()});
  EXPECT_EQ(fit.status, 1);
  EXPECT_NE(fit.printed.find("holds no image that can be read"), std::string::npos) << fit.printed;
  EXPECT_FALSE(fs::exists(run));
}

}  // namespace
}  // namespace tsimcne
