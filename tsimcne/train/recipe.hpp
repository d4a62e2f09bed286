#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/dictionary/dictionary.hpp"
#include "tsimcne/views/view.hpp"

namespace tsimcne {

/// What learns in a stage: the whole network; the last layer of its head; the head; or a
/// dictionary's encoder, whose codes are then the points.
enum class Learns { everything, last_layer, head, encoder };

/// From what: random views of the images, drawn anew in every epoch; what a dictionary sees in a
/// few of them, which is computed once; or the features of the images themselves, computed once.
enum class From { views, kept_views, features };

/// What is near an image on the map as it should be: another view of it; one of its nearest others
/// by features; or, of a recipe on rows, the other end of an edge of a graph that is given.
enum class Positive { view, neighbor, edge };

/// How the learning rate goes in a stage: set once an epoch, as published (learning_rate_at()), or
/// at every batch, up and down in one cycle (one_cycle()).
enum class Pace { epochs, one_cycle };

/// How a gradient becomes a step: train/sgd.hpp, adam.hpp, muon.hpp.
enum class OptimizerName { sgd, adam, muon };

/// A stretch of training with one goal. Where the network's output is not as wide as the stage
/// wants, the stage starts with a new last layer. Every stage has a fresh optimizer.
struct Stage {
  double epochs = 0;    // 0: the network changes as it would, nothing is trained
  int dimensions = 2;   // of the output when the stage ends
  int anneal_from = 0;  // where > 0: the output starts this wide and narrows epoch by epoch
  Learns learns = Learns::everything;
  From from = From::views;
  Positive positive = Positive::view;
  std::string kernel = "cauchy";
  std::string objective = "infonce";
  double learning_rate = 0.03;  // for a batch of 256 images; in proportion for others
  int warm_up = 0;              // epochs at most; never more than a tenth of the stage's
  Pace pace = Pace::epochs;
  OptimizerName optimizer = OptimizerName::sgd;
  int batch = 0;         // images a step; 0: the recipe's
  double view_side = 1;  // of a view, in sides of the image; less is quicker and coarser
  int neighbors = 0;  // where these are the positives: how many, of which one is drawn at random;
                      // more make coarser clusters

  /// Width of the last layer.
  int width() const { return anneal_from > 0 ? anneal_from : dimensions; }
};

/// Images whose views are kept, at most, so that time and memory do not grow with the
/// collection.
constexpr int64_t most_images_of_kept_views = 65536;

/// How many of n images a stage learns from.
inline int64_t images_of(const Stage& stage, int64_t n) {
  return stage.from == From::kept_views ? std::min(n, most_images_of_kept_views) : n;
}

/// Everything that decides a map beside the images and the seed. Recipes are data: train/recipe.cpp
/// holds the published ones.
struct Recipe {
  std::string name;
  std::vector<Stage> stages;
  int batch = 512;  // images a step; more give the loss more pairs and take more memory
  std::string backbone = "resnet18";  // a name, or the path of a TorchScript file; empty: the head
                                      // learns alone, on rows of numbers (train/row_trainer.hpp)
  DictionaryOptions dictionary{};     // where that is the backbone
  int kept_views = 0;  // of each image beside itself, from which the dictionary's encoder learns;
                       // 0: it has none
  int encoder = 1024;  // width of that encoder's hidden layers
  int hidden = 1024;   // width of the projection head's hidden layers
  int hidden_layers = 1;  // of the projection head; more fold a map more finely
  ViewOptions views{};
  double momentum = 0.9;
  double weight_decay = 5e-4;  // more keeps weights smaller
  double clip = 4;             // gradients are clipped by value at this
  /// Whether the projection head learns alone: the backbone's weights stay as they are, and its
  /// batch norm is in evaluation mode, so that its running statistics stay too.
  bool freeze_backbone = false;
  /// Whether a map that is not the network's output itself, which is wider, is of the features
  /// before the head.
  bool shows_features = false;
};

/// "fast": features, then the head alone on their neighbours (docs/recipe.md); "paper": 1000 epochs
/// in 128 dimensions, 50 of a new last layer to 2, 450 of everything (Boehm, Berens, Kobak, ICLR
/// 2023); "annealed": one stage narrowed from 128 to 2; "simclr": the cosine kernel in 128
/// dimensions (Chen et al., ICML 2020). Throws an Error that lists the names.
Recipe recipe_named(std::string_view name);

/// The recipe with a dictionary as its backbone. What a network would learn before a last stage of
/// the head, its encoder learns, from four kept views of each image.
Recipe on_dictionary(Recipe recipe);

/// Whether a recipe's backbone is the path of a TorchScript file: it ends in .pt.
inline bool is_script(std::string_view backbone) {
  return backbone.ends_with(".pt");
}

/// Throws an Error that says which value is impossible and what would be right.
void validate(const Recipe& recipe);

/// A recipe as a JSON text and back. Throws an Error where the text is not one.
std::string to_json(const Recipe& recipe);
Recipe recipe_of_json(const std::string& text);

}  // namespace tsimcne
