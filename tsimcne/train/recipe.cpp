#include "tsimcne/train/recipe.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/backbones.hpp"

namespace tsimcne {

NLOHMANN_JSON_SERIALIZE_ENUM(Trains, {{Trains::everything, "everything"},
                                      {Trains::last_layer, "last layer"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Stage, epochs, dimensions, anneal_from, trains, kernel,
                                   learning_rate, warm_up)
static void to_json(nlohmann::json& json, const ViewOptions& views) {
  for (const ViewField& field : view_fields()) json[std::string(field.name)] = views.*field.value;
}

static void from_json(const nlohmann::json& json, ViewOptions& views) {
  for (const ViewField& field : view_fields()) {
    views.*field.value = json.at(std::string(field.name)).get<double>();
  }
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Recipe, name, stages, batch, backbone, hidden, views, momentum,
                                   weight_decay, clip, freeze_backbone)

namespace {

constexpr double published_rate = 0.03;
constexpr int most_width = 65536;  // of a layer; a recipe from a file may ask for anything

Recipe paper() {
  return {.name = "paper",
          .stages = {
              {.epochs = 1000, .dimensions = 128, .learning_rate = published_rate, .warm_up = 10},
              {.epochs = 50, .trains = Trains::last_layer, .learning_rate = published_rate},
              {.epochs = 450, .learning_rate = published_rate / 1000, .warm_up = 10}}};
}

Recipe annealed() {
  return {
      .name = "annealed",
      .stages = {
          {.epochs = 1000, .anneal_from = 128, .learning_rate = published_rate, .warm_up = 10}}};
}

Recipe simclr() {
  return {.name = "simclr",
          .stages = {{.epochs = 1000,
                      .dimensions = 128,
                      .kernel = "cosine",
                      .learning_rate = published_rate,
                      .warm_up = 10}}};
}

}  // namespace

Recipe recipe_named(std::string_view name) {
  for (const Recipe& recipe : {paper(), annealed(), simclr()}) {
    if (recipe.name == name) return recipe;
  }
  fail("there is no recipe \"{}\"; there are paper, annealed and simclr", name);
}

bool is_script(std::string_view backbone) {
  return backbone.ends_with(".pt");
}

void validate(const Recipe& recipe) {
  if (recipe.stages.empty()) fail("a recipe needs at least one stage");
  if (recipe.batch < 2) fail("a batch has at least 2 images, not {}", recipe.batch);
  if (recipe.hidden < 1 || recipe.hidden > most_width) {
    fail("the head's hidden layer has 1 to {} units, not {}", most_width, recipe.hidden);
  }
  for (const Stage& stage : recipe.stages) {
    if (stage.epochs < 0) fail("a stage has 0 or more epochs, not {}", stage.epochs);
    if (stage.dimensions < 1 || stage.width() < stage.dimensions || stage.width() > most_width) {
      fail("a stage cannot go from {} to {} dimensions", stage.width(), stage.dimensions);
    }
    kernel_named(stage.kernel);
  }
  if (!is_script(recipe.backbone)) backbone_named(recipe.backbone);
  validate(recipe.views);
}

std::string to_json(const Recipe& recipe) {
  return nlohmann::json(recipe).dump();
}

Recipe recipe_of_json(const std::string& text) try {
  nlohmann::json json = nlohmann::json::parse(text);
  if (!json.contains("freeze_backbone")) json["freeze_backbone"] = false;  // as in older files
  Recipe recipe = json.get<Recipe>();
  validate(recipe);
  return recipe;
} catch (const nlohmann::json::exception& error) {
  fail("this is not a recipe: {}", error.what());
}

}  // namespace tsimcne
