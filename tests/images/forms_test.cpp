// Images in arrays, shards, lists and folders with tables, and several inputs at once.

#include <algorithm>

#include "tests/images/fixtures.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

using Paths = std::vector<std::string>;

Paths labels_of(const ImageSet& images) {
  Paths labels;
  for (int64_t i = 0; i < images.size(); ++i) labels.push_back(images.catalog().label_name(i));
  return labels;
}

/// An array whose numbers are what `number` says of their index.
template <typename Number>
NpyArray array_of(const char* dtype, std::vector<int64_t> shape,
                  const std::function<Number(int64_t)>& number) {
  NpyArray array{dtype, std::move(shape), {}};
  for (int64_t i = 0; i < array.size(); ++i) {
    const Number value = number(i);
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    array.bytes.insert(array.bytes.end(), bytes, bytes + sizeof value);
  }
  return array;
}

NpyArray bytes_of(std::vector<int64_t> shape, const std::function<uint8_t(int64_t)>& number) {
  return array_of<uint8_t>("|u1", std::move(shape), number);
}

class Arrays : public testing::Test {
 protected:
  ImageSet npy(const NpyArray& array) {
    write_npy(array, folder_.path() / "a.npy");
    return open_images(folder_.path() / "a.npy");
  }
  std::string refusal(const NpyArray& array) {
    return error_of([&] { npy(array); });
  }
  TemporaryFolder folder_;
};

TEST_F(Arrays, OfAllShapes) {
  const auto by_image = [](int64_t numbers) {
    return [numbers](int64_t i) { return static_cast<uint8_t>(50 * (i / numbers)); };
  };
  EXPECT_EQ(pixel(npy(bytes_of({3, 9, 9}, by_image(81))), 2, 4, 4), (Colour{100, 100, 100}));
  EXPECT_EQ(pixel(npy(bytes_of({3, 9, 9, 1}, by_image(81))), 2, 4, 4), (Colour{100, 100, 100}));
  EXPECT_EQ(pixel(npy(bytes_of({3, 1, 9, 9}, by_image(81))), 2, 4, 4), (Colour{100, 100, 100}));
  const auto last = [](int64_t i) { return static_cast<uint8_t>(i % 3 * 90); };
  EXPECT_EQ(pixel(npy(bytes_of({2, 9, 9, 3}, last)), 1, 4, 4), (Colour{0, 90, 180}));
  const auto planes = [](int64_t i) { return static_cast<uint8_t>(i / 81 % 3 * 90); };
  EXPECT_EQ(pixel(npy(bytes_of({2, 3, 9, 9}, planes)), 1, 4, 4), (Colour{0, 90, 180}));
  const auto alpha = [](int64_t i) { return static_cast<uint8_t>(i % 4 == 3 ? 128 : 0); };
  EXPECT_EQ(pixel(npy(bytes_of({2, 9, 9, 4}, alpha)), 1, 4, 4), (Colour{127, 127, 127}));
  const ImageSet one = npy(bytes_of({12, 9, 3}, last));
  EXPECT_EQ(one.size(), 1);
  EXPECT_EQ(one.catalog().paths, Paths{"00000"});
  EXPECT_EQ(one.side(), 9);
}

TEST_F(Arrays, OfAllTypesAreScaledAlike) {
  const auto first_half = [](auto low, auto high) {
    return [=](int64_t i) { return i < 81 ? low : high; };
  };
  const auto values = [](const ImageSet& images) {
    return std::pair(pixel(images, 0, 4, 4)[0], pixel(images, 1, 4, 4)[0]);
  };
  using Pair = std::pair<int, int>;
  EXPECT_EQ(values(npy(array_of<float>("<f4", {2, 9, 9}, first_half(0.2F, 1.F)))), Pair(51, 255));
  EXPECT_EQ(values(npy(array_of<double>("<f8", {2, 9, 9}, first_half(51., 255.)))), Pair(51, 255));
  EXPECT_EQ(values(npy(array_of<float>("<f4", {2, 9, 9}, first_half(-1.F, 1.F)))), Pair(0, 255));
  EXPECT_EQ(
      values(npy(array_of<uint16_t>("<u2", {2, 9, 9}, first_half(uint16_t{819}, uint16_t{4095})))),
      Pair(51, 255));
  EXPECT_EQ(values(npy(array_of<int64_t>("<i8", {2, 9, 9}, first_half(int64_t{5}, int64_t{200})))),
            Pair(5, 200));
  EXPECT_EQ(values(npy(array_of<uint8_t>("|b1", {2, 9, 9}, first_half(uint8_t{0}, uint8_t{1})))),
            Pair(0, 255));
}

TEST_F(Arrays, MedMnistsArchive) {
  const auto labels = [](std::vector<int64_t> shape, int64_t first) {
    return array_of<int64_t>("<i8", std::move(shape), [=](int64_t i) { return first + i; });
  };
  const NpyArray train = bytes_of({3, 28, 28, 3}, [](int64_t i) { return i / 2352 * 10; });
  const NpyArray val = bytes_of({1, 28, 28, 3}, [](int64_t) { return 70; });
  const NpyArray test = bytes_of({2, 28, 28, 3}, [](int64_t i) { return 80 + i / 2352; });
  const fs::path file = folder_.path() / "medmnist.npz";
  write_npz({{"train_images", NpyView(train)},
             {"val_images", NpyView(val)},
             {"test_images", NpyView(test)},
             {"train_labels", NpyView(labels({3, 1}, 0))},
             {"val_labels", NpyView(labels({1, 1}, 7))},
             {"test_labels", NpyView(labels({2}, 1))}},
            file);
  const ImageSet images = open_images(file);
  EXPECT_EQ(images.side(), 28);
  EXPECT_EQ(images.catalog().paths, (Paths{"test/00000", "test/00001", "train/00000", "train/00001",
                                           "train/00002", "val/00000"}));
  EXPECT_EQ(labels_of(images), (Paths{"1", "2", "0", "1", "2", "7"}));
  EXPECT_EQ(images.catalog().splits[5], Split::val);
  EXPECT_EQ(pixel(images, 1, 0, 0), (Colour{81, 81, 81}));
  EXPECT_EQ(pixel(images, 4, 0, 0), (Colour{20, 20, 20}));
  ImageOptions options;
  options.limit = 2;
  EXPECT_EQ(open_images(file, options).size(), 2);
}

TEST_F(Arrays, KerasNames) {
  const NpyArray x = bytes_of({2, 8, 8}, [](int64_t i) { return i; });
  const NpyArray y = bytes_of({2}, [](int64_t i) { return 3 + i; });
  const fs::path file = folder_.path() / "mnist.npz";
  write_npz({{"x_train", NpyView(x)}, {"y_train", NpyView(y)}}, file);
  const ImageSet images = open_images(file);
  EXPECT_EQ(labels_of(images), (Paths{"3", "4"}));
  EXPECT_EQ(images.catalog().splits[0], Split::train);
}

TEST_F(Arrays, WrongOnesAreRefused) {
  const auto zero = [](int64_t) { return uint8_t{0}; };
  expect_in(refusal(bytes_of({2, 9, 9, 7}, zero)),
            "has the shape (2, 9, 9, 7); expected images as");
  expect_in(refusal(bytes_of({2, 2, 2, 2, 3}, zero)), "expected images as");
  expect_in(refusal(bytes_of({1, 5000, 1}, zero)), "expected 1 to 4096 a side");
  expect_in(refusal(bytes_of({9, 9}, zero)), "holds no images");
  expect_in(refusal(bytes_of({0, 9, 9}, zero)), "no images");
  write_npy(bytes_of({5, 9, 9}, zero), folder_.path() / "a.npy");
  std::ifstream in(folder_.path() / "a.npy", std::ios::binary);
  const Bytes whole(std::istreambuf_iterator<char>(in), {});
  for (size_t length = 0; length < whole.size(); length += 11) {
    const fs::path cut = folder_.write("cut.npy", whole.substr(0, length));
    EXPECT_NE(error_of([&] { open_images(cut); }), "no error") << length;
  }
  Bytes lies = whole;
  lies.replace(lies.find("(5, 9, 9)"), 9, "(16777216, 9, 9)", 9);
  EXPECT_NE(error_of([&] { open_images(folder_.write("lies.npy", lies)); }), "no error");
}

TEST(WebDataset, LabelsStandBesideTheImages) {
  const TemporaryFolder folder;
  write_tar(folder.path() / "shard-000.tar", {{"0001.png", small_png(red)},
                                              {"0001.cls", "7\n"},
                                              {"0001.txt", "a caption"},
                                              {"0002.png", small_png(green)},
                                              {"0002.json", "{\"label\": \"owl\", \"width\": 8}"}});
  write_tar(folder.path() / "shard-001.tar", {{"a.b.png", small_png(blue)},
                                              {"a.cls", "3"},
                                              {"a.json", "{\"label\": 4}"},
                                              {"lost.cls", "5"}});
  const ImageSet one = open_images(folder.path() / "shard-000.tar");
  EXPECT_EQ(one.catalog().paths, (Paths{"0001.png", "0002.png"}));
  EXPECT_EQ(labels_of(one), (Paths{"7", "owl"}));
  EXPECT_TRUE(one.skipped().empty());
  const ImageSet both = open_images(folder.path() / "shard-{000..001}.tar");
  EXPECT_EQ(both.catalog().paths,
            (Paths{"shard-000/0001.png", "shard-000/0002.png", "shard-001/a.b.png"}));
  EXPECT_EQ(labels_of(both), (Paths{"7", "owl", "3"}));
  EXPECT_EQ(pixel(both, 2, 0, 0), blue);
  ASSERT_EQ(both.skipped().size(), 1u);
  EXPECT_EQ(both.skipped()[0].path, "shard-001/lost.cls");
  expect_in(error_of([&] { open_images(folder.path() / "shard-{000..002}.tar"); }),
            "shard-002.tar does not exist");
  expect_in(error_of([&] { open_images(folder.path() / "shard-{9..3}.tar"); }), "names shards");
}

TEST(HuggingFace, MetadataGivesLabels) {
  for (const bool is_csv : {true, false}) {
    const TemporaryFolder folder;
    folder.write("train/0.png", small_png(red));
    folder.write("train/sub/1.png", small_png(green));
    folder.write("test/0.png", small_png(blue));
    if (is_csv) {
      folder.write("train/metadata.csv", "file_name,label,size\n0.png,cat,3\nsub/1.png,dog,4\n");
      folder.write("test/metadata.csv", "file_name,label\n0.png,dog\n");
    } else {
      folder.write("train/metadata.jsonl",
                   "{\"file_name\": \"0.png\", \"label\": \"cat\"}\n\n"
                   "{\"file_name\": \"sub/1.png\", \"label\": \"dog\"}\n");
      folder.write("test/metadata.jsonl", "{\"file_name\": \"0.png\", \"label\": \"dog\"}\n");
    }
    const ImageSet images = open_images(folder.path());
    EXPECT_EQ(images.catalog().paths, (Paths{"test/0.png", "train/0.png", "train/sub/1.png"}));
    EXPECT_EQ(labels_of(images), (Paths{"dog", "cat", "dog"}));
    EXPECT_EQ(images.catalog().splits[0], Split::test);
    EXPECT_TRUE(images.skipped().empty());
    EXPECT_TRUE(images.notes().empty());
  }
}

TEST(HuggingFace, DamagedMetadataIsToldAndLeftOut) {
  const TemporaryFolder folder;
  folder.write("a/0.png", small_png(red));
  folder.write("b/0.png", small_png(green));
  folder.write("metadata.jsonl", "{\"file_name\": \"a/0.png\"}\nno json\n");
  folder.write("b/metadata.csv", "name,label\n0.png,x\n");
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(labels_of(images), (Paths{"a", "b"}));
  ASSERT_EQ(images.notes().size(), 2u);
  EXPECT_EQ(images.notes()[0], "b/metadata.csv has no column file_name and is left out");
  expect_in(images.notes()[1], "metadata.jsonl has no JSON object in line 2, so it is left out");
}

TEST(Lists, NameImagesALine) {
  const TemporaryFolder folder;
  folder.write("in/a/1.png", small_png(red));
  folder.write("in/b/2.png", small_png(green));
  const TemporaryFolder elsewhere;
  const fs::path far = elsewhere.write("3.png", small_png(blue));
  const fs::path list = folder.write(
      "list.txt", "./in/a/1.png\r\nin/b/2.png\n\nin/c.png\nin\n" + far.string() + "\n");
  const ImageSet images = open_images(list);
  EXPECT_EQ(images.size(), 3);
  EXPECT_EQ(images.catalog().paths[0], "in/a/1.png");
  EXPECT_EQ(pixel(images, 2, 0, 0), blue);
  ASSERT_EQ(images.skipped().size(), 2u);
  EXPECT_EQ(images.skipped()[0].reason, "does not exist");
  EXPECT_EQ(images.skipped()[1].reason, "not a file");
  expect_in(error_of([&] { open_images(folder.write("b.txt", "nothing\nhere\n")); }),
            "b.txt names no file that is there; the first, nothing; expected a path a line");
}

TEST(SeveralInputs, AreATreeBelowTheFolderThatHoldsAll) {
  const TemporaryFolder folder;
  folder.write("red/1.png", small_png(red));
  folder.write("red/deep/2.png", small_png(red));
  folder.write("blue/1.png", small_png(blue));
  folder.write("blue/2.png", small_png(blue));
  folder.write("blue/notes.md", "hello");
  const auto at = [&](const char* name) { return folder.path() / name; };
  const std::vector<fs::path> folders = {at("red"), at("blue/")};
  const ImageSet images = open_images(folders);
  EXPECT_EQ(images.catalog().paths,
            (Paths{"red/1.png", "red/deep/2.png", "blue/1.png", "blue/2.png"}));
  EXPECT_EQ(images.catalog().label_names, (Paths{"blue", "red"}));
  EXPECT_EQ(images.skipped()[0].path, "blue/notes.md");
  EXPECT_EQ(images.source_stamp(), stamp_of_source(folders));
  const std::vector<fs::path> mixed = {at("red"), at("blue/2.png")};
  EXPECT_EQ(open_images(mixed).catalog().paths,
            (Paths{"red/1.png", "red/deep/2.png", "blue/2.png"}));
  const std::vector<fs::path> files = {at("blue/1.png"), at("blue/2.png")};
  EXPECT_EQ(open_images(files).catalog().paths, (Paths{"1.png", "2.png"}));
  EXPECT_FALSE(open_images(files).catalog().has_labels());
  const std::vector<fs::path> missing = {at("red"), at("green")};
  expect_in(error_of([&] { open_images(missing); }), "green does not exist");
}

TEST(Cifar, PicklesAreRefusedWithWhatToDo) {
  const TemporaryFolder folder;
  folder.write("cifar-10-batches-py/data_batch_1", "\x80\x02}q");
  folder.write("cifar-10-batches-py/batches.meta", "\x80\x02}q");
  expect_in(error_of([&] { open_images(folder.path()); }),
            "Python pickles, which are programs and are not run here; take the binary version, "
            "cifar-10-binary.tar.gz");
  write_tar(folder.path() / "a.tar", {{"cifar-10-batches-py/data_batch_1", "\x80\x02}q"}});
  expect_in(error_of([&] { open_images(folder.path() / "a.tar"); }), "Python pickles");
}

TEST(InputForms, AreFoundInsideAFolderThatHoldsNothingElse) {
  const TemporaryFolder folder;
  folder.write("data/cifar-10-batches-bin/test_batch.bin", Bytes(3073, '\1'));
  EXPECT_EQ(open_images(folder.path()).catalog().splits[0], Split::test);
}

TEST(InputForms, AreNamedByErrors) {
  const std::string error = error_of([] { open_images("/nothing/here"); });
  for (const InputForm& form : input_forms()) {
    expect_in(error, std::string(form.name));
    EXPECT_FALSE(form.sentence.empty());
  }
}

}  // namespace
}  // namespace tsimcne
