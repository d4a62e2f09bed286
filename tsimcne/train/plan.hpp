#pragma once

#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/train/recipe.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// Seconds that the parts of a training take, by a measurement on this machine.
struct Speed {
  double batch = 0;          // training everything on a batch of the recipe's size, views and all;
                             // or a dictionary's encoder
  double dictionary = 0;     // learning the dictionary, where that is the backbone
  double image = 0;          // placing an image
  double head_batch = 0;     // of a stage of the head; 0: the recipe has none
  double neighbors = 0;      // finding the neighbours of all images; 0: the recipe needs none
  std::string algorithms{};  // of convolutions, as Trainer::algorithms()
};

/// Measures on the images themselves, each part for `seconds`, a hundred times at most;
/// longer is more exact where other programs come and go. Throws as Trainer does.
Speed measure_speed(const Recipe& recipe, const ImageSet& images, const TrainerOptions& options,
                    double seconds = 1);

/// The same where only the dictionary is another one.
Speed measure_speed(const Recipe& recipe, const ImageSet& images, const TrainerOptions& options,
                    const Speed& of_other_dictionary, double seconds = 1);

/// Seconds that the stage takes for n images.
double seconds_of(const Stage& stage, const Recipe& recipe, int64_t n, const Speed& speed);

/// Seconds from the first batch to the map.
double seconds_of(const Recipe& recipe, int64_t n, const Speed& speed);

/// Seconds of the shortest plan: a batch in each stage that trains more than the head, and the
/// head's share.
double least_seconds(const Recipe& recipe, int64_t n, const Speed& speed);

/// The recipe with as many epochs as fit into `seconds`, in proportion to those it has; a stage of
/// the head keeps its own where they take between a tenth and a third of the time, and else gets as
/// many as do. Beside a dictionary's encoder it gets three fifths of what features leave, or more
/// where that has learned enough, and all where nothing else learns. Where not even the shortest
/// plan fits, that.
Recipe fit_into(const Recipe& recipe, double seconds, int64_t n, const Speed& speed);

/// The backbone that makes the best map in the time that the recipe was planned for: its own, or in
/// place of resnet-fast, which would see more than two million images, counted as often as it sees
/// them, resnet-fast-deep; where it would see less than 1.2 million, the dictionary.
std::string backbone_for(const Recipe& planned, int64_t n);

/// Whether that is the dictionary for certain, whatever this machine's cores.
bool leaves_no_time_for_network(const Recipe& recipe, double seconds, int threads);

/// The recipe on a dictionary, from the cheapest to the one that sees most of n images of side x
/// side pixels; the first ones have no encoder, and see large images at half their size. Fewer
/// images want more views of each; of very few an encoder learns nothing.
std::vector<Recipe> with_dictionaries(const Recipe& recipe, int64_t n, int side);

/// Whether what the dictionary looks at, n images and their views, leaves enough of the `seconds`
/// to learn in: three fifths, of views for an encoder two fifths, or all that learning can use.
bool leaves_time_to_learn(const Recipe& recipe, double seconds, int64_t n, const Speed& speed);

/// The epochs with which the recipe's last stage, one of the head, takes the `seconds` that are
/// left when it begins; half as many as it has at least, and twice as many at most.
double head_epochs_for(const Recipe& recipe, double seconds, int64_t n, const Speed& speed);

}  // namespace tsimcne
