#include "tsimcne/train/recipe.hpp"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/backbones.hpp"

namespace tsimcne {

NLOHMANN_JSON_SERIALIZE_ENUM(Learns, {{Learns::everything, "everything"},
                                      {Learns::last_layer, "last layer"},
                                      {Learns::head, "head"},
                                      {Learns::encoder, "encoder"}})
NLOHMANN_JSON_SERIALIZE_ENUM(From, {{From::views, "views"},
                                    {From::kept_views, "kept views"},
                                    {From::features, "features"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Positive, {{Positive::view, "view"},
                                        {Positive::neighbor, "neighbor"},
                                        {Positive::edge, "edge"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Pace, {{Pace::epochs, "epochs"}, {Pace::one_cycle, "one cycle"}})
NLOHMANN_JSON_SERIALIZE_ENUM(OptimizerName, {{OptimizerName::sgd, "sgd"},
                                             {OptimizerName::adam, "adam"},
                                             {OptimizerName::muon, "muon"}})
// With defaults, since files of earlier versions lack the newer fields.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Stage, epochs, dimensions, anneal_from, learns,
                                                from, positive, kernel, objective, learning_rate,
                                                warm_up, pace, optimizer, batch, view_side,
                                                neighbors)
static void to_json(nlohmann::json& json, const ViewOptions& views) {
  for (const ViewField& field : view_fields()) json[std::string(field.name)] = views.*field.value;
}

static void from_json(const nlohmann::json& json, ViewOptions& views) {
  for (const ViewField& field : view_fields()) {
    views.*field.value = json.at(std::string(field.name)).get<double>();
  }
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DictionaryOptions, atoms, grain, patch, stride,
                                                cells, directions, left_out, components, pixels,
                                                pixel_weight)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Recipe, name, stages, batch, backbone, dictionary,
                                                kept_views, encoder, hidden, hidden_layers, views,
                                                momentum, weight_decay, clip, freeze_backbone,
                                                shows_features)

namespace {

constexpr double published_rate = 0.03;
constexpr double most_epochs = 1e6;
constexpr int most_hidden_layers = 16;
constexpr int most_neighbors = 1000;
constexpr int most_kept_views = 64;
constexpr double most_rate = 1e6;  // of learning; far beyond any that learns
constexpr int most_width = 65536;  // of a layer; a recipe from a file may ask for anything

Recipe paper() {
  return {.name = "paper",
          .stages = {
              {.epochs = 1000, .dimensions = 128, .learning_rate = published_rate, .warm_up = 10},
              {.epochs = 50, .learns = Learns::last_layer, .learning_rate = published_rate},
              {.epochs = 450, .learning_rate = published_rate / 1000, .warm_up = 10}}};
}

Recipe annealed() {
  return {
      .name = "annealed",
      .stages = {
          {.epochs = 1000, .anneal_from = 128, .learning_rate = published_rate, .warm_up = 10}}};
}

/// What gives the best map of a few minutes on a CPU (docs/recipe.md).
Recipe fast() {
  return {.name = "fast",
          .stages = {{.epochs = 12,
                      .dimensions = 128,
                      .kernel = "sharp-cosine",
                      .learning_rate = 0.015,
                      .pace = Pace::one_cycle,
                      .optimizer = OptimizerName::muon,
                      .view_side = 0.75},
                     {.epochs = 100,
                      .learns = Learns::head,
                      .from = From::features,
                      .positive = Positive::neighbor,
                      .learning_rate = 0.002 * 256 / 512,
                      .pace = Pace::one_cycle,
                      .optimizer = OptimizerName::adam,
                      .batch = 512,
                      .neighbors = 15}},
          .backbone = "resnet-fast",
          .hidden = 512,
          .hidden_layers = 3,
          .weight_decay = 0.05};
}

Recipe simclr() {
  return {.name = "simclr",
          .stages = {{.epochs = 1000,
                      .dimensions = 128,
                      .kernel = "cosine",
                      .learning_rate = published_rate,
                      .warm_up = 10}}};
}

/// A backbone as it is given; nothing learns.
Recipe pretrained() {
  return {
      .name = "pretrained", .stages = {{.epochs = 0, .dimensions = 128}}, .shows_features = true};
}

}  // namespace

Recipe recipe_named(std::string_view name) {
  for (const Recipe& recipe : {fast(), paper(), annealed(), simclr(), pretrained()}) {
    if (recipe.name == name) return recipe;
  }
  fail("there is no recipe \"{}\"; there are fast, paper, annealed, simclr and pretrained", name);
}

Recipe on_dictionary(Recipe recipe) {
  recipe.backbone = dictionary_name;
  if (recipe.stages.back().learns != Learns::head) return recipe;
  recipe.kept_views = 4;
  recipe.encoder = 512;
  recipe.hidden = 256;
  for (Stage& stage : recipe.stages) {
    if (stage.learns != Learns::everything) continue;
    stage = {.epochs = 40,
             .dimensions = 128,
             .learns = Learns::encoder,
             .from = From::kept_views,
             .kernel = "sharp-cosine",
             .learning_rate = 0.004 * 256 / 1024,
             .pace = Pace::one_cycle,
             .optimizer = OptimizerName::adam,
             .batch = 1024};
  }
  return recipe;
}

static void validate(const Stage& stage) {
  if (!(stage.epochs >= 0 && stage.epochs <= most_epochs)) {
    fail("a stage has 0 to {} epochs, not {}", most_epochs, stage.epochs);
  }
  if (stage.dimensions < 2 || stage.width() < stage.dimensions || stage.width() > most_width) {
    fail("a stage goes from up to {} dimensions to 2 at least, not from {} to {}", most_width,
         stage.width(), stage.dimensions);
  }
  if (!(stage.learning_rate >= 0 && stage.learning_rate <= most_rate)) {
    fail("a learning rate is in [0, {}], not {}", most_rate, stage.learning_rate);
  }
  if (stage.warm_up < 0 || stage.warm_up > most_epochs) {
    fail("a warm-up has 0 to {} epochs, not {}", most_epochs, stage.warm_up);
  }
  require_fitting(kernel_named(stage.kernel), objective_named(stage.objective));
  if (stage.batch != 0 && stage.batch < 2) {
    fail("a batch has at least 2 images, not {}", stage.batch);
  }
  if (!(stage.view_side > 0 && stage.view_side <= 1)) {
    fail("a view has a share of the image's side in (0, 1], not {}", stage.view_side);
  }
  if (stage.neighbors < 0 || stage.neighbors > most_neighbors) {
    fail("an image has 0 to {} neighbours to learn from, not {}", most_neighbors, stage.neighbors);
  }
  if ((stage.learns == Learns::head) != (stage.from == From::features)) {
    fail("a stage of the head learns from features, and only such a stage does");
  }
  if ((stage.learns == Learns::encoder) != (stage.from == From::kept_views)) {
    fail("a stage of an encoder learns from kept views, and only such a stage does");
  }
  if ((stage.positive == Positive::neighbor) != (stage.neighbors > 0) ||
      (stage.positive == Positive::view) == (stage.from == From::features)) {
    fail(
        "a stage that learns from features has neighbours as positives, and only such a stage has");
  }
}

static void validate(const DictionaryOptions& options) {
  const auto expect = [](std::string_view what, int count, int least, int most) {
    if (count < least || count > most) {
      fail("a dictionary has {} to {} {}, not {}", least, most, what, count);
    }
  };
  expect("atoms", options.atoms, 1, most_width);
  expect("pixels a side of a grain", options.grain, 1, 32);
  expect("grains a side of a patch", options.patch, 2, 32);
  expect("grains from patch to patch", options.stride, 1, 32);
  expect("cells a side", options.cells, 1, 16);
  expect("directions", options.directions, 1, most_width);
  expect("directions left out", options.left_out, 0, most_width);
  expect("components", options.components, 1, most_width);
  expect("components of pixels", options.pixels, 0, most_width);
  if (!(options.pixel_weight >= 0 && options.pixel_weight <= 100)) {
    fail("pixels have a weight in [0, 100] beside a dictionary, not {}", options.pixel_weight);
  }
}

void validate(const Recipe& recipe) {
  if (recipe.stages.empty()) fail("a recipe needs at least one stage");
  if (recipe.batch < 2) fail("a batch has at least 2 images, not {}", recipe.batch);
  if (recipe.hidden < 1 || recipe.hidden > most_width) {
    fail("the head's hidden layer has 1 to {} units, not {}", most_width, recipe.hidden);
  }
  if (recipe.encoder < 1 || recipe.encoder > most_width) {
    fail("an encoder's hidden layers have 1 to {} units, not {}", most_width, recipe.encoder);
  }
  if (recipe.hidden_layers < 1 || recipe.hidden_layers > most_hidden_layers) {
    fail("the head has 1 to {} hidden layers, not {}", most_hidden_layers, recipe.hidden_layers);
  }
  if (!(recipe.momentum >= 0 && recipe.momentum < 1)) {
    fail("a momentum is in [0, 1), not {}", recipe.momentum);
  }
  if (!(recipe.weight_decay >= 0 && recipe.weight_decay <= 1)) {
    fail("a weight decay is in [0, 1], not {}", recipe.weight_decay);
  }
  if (!(recipe.clip > 0 && std::isfinite(recipe.clip))) {
    fail("gradients are clipped at a number above 0, not {}", recipe.clip);
  }
  for (const Stage& stage : recipe.stages) {
    validate(stage);
    if (stage.learns == Learns::encoder && stage.epochs > 0 && recipe.kept_views == 0) {
      fail("an encoder learns from views that are kept, and the recipe keeps none");
    }
  }
  if (!is_script(recipe.backbone) && !recipe.backbone.empty()) backbone_named(recipe.backbone);
  for (const Stage& stage : recipe.stages) {
    if ((stage.positive == Positive::edge) == recipe.backbone.empty()) continue;
    fail("a recipe without a backbone learns from edges between rows, and only such a recipe does");
  }
  if (recipe.kept_views < 0 || recipe.kept_views > most_kept_views) {
    fail("an image has 0 to {} views that are kept, not {}", most_kept_views, recipe.kept_views);
  }
  if (recipe.kept_views > 0 && recipe.backbone != dictionary_name) {
    fail("views are kept for a dictionary, not for {}", recipe.backbone);
  }
  validate(recipe.views);
  validate(recipe.dictionary);
}

std::string to_json(const Recipe& recipe) {
  return nlohmann::json(recipe).dump();
}

/// What earlier versions called an optimizer, and how they said three things in one.
static void read_older(nlohmann::json& stage) {
  if (stage.contains("method")) stage["optimizer"] = stage["method"];
  if (!stage.contains("trains")) return;
  stage["learns"] = stage["trains"];
  if (stage["trains"] == "encoder") stage["from"] = "kept views";
  if (stage["trains"] == "head") {
    stage["from"] = "features";
    stage["positive"] = "neighbor";
  }
}

Recipe recipe_of_json(const std::string& text) try {
  nlohmann::json json = nlohmann::json::parse(text);
  for (nlohmann::json& stage : json.at("stages")) read_older(stage);
  Recipe recipe = json.get<Recipe>();
  validate(recipe);
  return recipe;
} catch (const nlohmann::json::exception& error) {
  fail("this is not a recipe: {}", error.what());
}

}  // namespace tsimcne
