// Learns a map of a folder of images, and places another folder's images on it.
#include <tsimcne/images/image_set.hpp>
#include <tsimcne/picture/picture.hpp>
#include <tsimcne/train/trainer.hpp>

int main(int, char** argv) {
  using namespace tsimcne;
  use_threads(0);
  const ImageSet images = open_images(argv[1]);
  Recipe recipe = recipe_named("paper");
  recipe.backbone = "resnet-small";
  for (Stage& stage : recipe.stages) stage.epochs = 1;
  Trainer trainer(recipe, images);
  trainer.advance();
  draw_map(trainer.map(), {}, argv[3]);
  write_map_csv(trainer.model().transform(open_images(argv[2], {.size = images.side()})), argv[4]);
}
