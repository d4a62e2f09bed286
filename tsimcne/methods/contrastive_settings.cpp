#include <fmt/ranges.h>

#include "tsimcne/methods/contrastive.hpp"
#include "tsimcne/network/backbones.hpp"

namespace tsimcne {
namespace {

using Kind = Setting::Kind;

std::vector<std::string> backbone_names() {
  std::vector<std::string> names;
  for (const BackboneEntry& backbone : backbones()) names.emplace_back(backbone.name);
  return names;
}

}  // namespace

std::vector<Setting> contrastive_settings() {
  const std::vector<std::string> of_all{"tsimcne", "simclr", "pretrained"},
      of_both{"tsimcne", "simclr"}, of_maps{"tsimcne"};
  std::vector<Setting> settings = {
      {.name = "recipe",
       .sentence =
           "fast: a map in minutes on a CPU; paper: three stages, for a GPU and a night; annealed: "
           "one stage narrowed from 128 to 2 dimensions; simclr: the cosine kernel in 128 "
           "dimensions [fast on a CPU, paper on a GPU]",
       .group = "Method",
       .type = "fast|paper|annealed|simclr",
       .choices = {"fast", "paper", "annealed", "simclr"},
       .methods = of_maps},
      {.name = "budget",
       .sentence =
           "Time for the whole job, decoding to map, as in 90s, 20m or 2h: after a measurement of "
           "a few seconds the epochs are planned to fill it; more time, better map [fast: by the "
           "number of images]",
       .group = "Method",
       .kind = Kind::time,
       .type = "TIME",
       .methods = of_both},
      {.name = "epochs",
       .sentence = "Epochs of each stage, instead of a budget; more make a better map [paper: "
                   "1000,50,450; annealed, simclr: 1000]",
       .group = "Method",
       .kind = Kind::numbers,
       .type = "N,..",
       .methods = of_both},
      {.name = "batch",
       .sentence = "Images a step; more take more memory",
       .group = "Method",
       .kind = Kind::whole,
       .type = "B",
       .initial = "512",
       .least = 2,
       .most = 1 << 20,
       .methods = of_both},
      {.name = "backbone",
       .sentence =
           "The network; resnet-small is made for CPUs, and tsimcne info --backbones compares "
           "them all; or a TorchScript file [fast: by the budget; else resnet18]",
       .group = "Method",
       .type = fmt::format("{}|FILE.pt", fmt::join(backbone_names(), "|")),
       .choices = backbone_names(),
       .ending = ".pt",
       .methods = of_all},
      {.name = "dictionary",
       .sentence =
           "Of --backbone dictionary: how many patterns it tells apart, how many grains from "
           "patch to patch, of how many random views of an image its encoder learns, and how many "
           "pixels a side a grain has; more, 1, more, and 1 make a better map [by the budget]",
       .group = "Method",
       .kind = Kind::wholes,
       .type = "ATOMS,STRIDE[,VIEWS[,GRAIN]]",
       .most = 65536,
       .fewest_numbers = 2,
       .most_numbers = 4,
       .methods = of_both},
      {.name = "out-dim",
       .sentence = "Dimensions of the map [2]",
       .group = "Method",
       .kind = Kind::whole,
       .type = "2|3",
       .least = 2,
       .most = 3,
       .methods = of_maps},
      {.name = "augment",
       .sentence =
           "Random views: natural (photographs), medical (no up and no left, colour counts), "
           "digits (no mirror, colour counts)",
       .group = "Method",
       .type = "natural|medical|digits",
       .initial = "natural",
       .choices = {"natural", "medical", "digits"},
       .methods = of_both},
      {.name = "crop-scale",
       .sentence =
           "Smallest and largest share of the area that a view shows; a smaller first number "
           "asks more of the network [0.2,1]",
       .group = "Method",
       .kind = Kind::numbers,
       .type = "LOW,HIGH",
       .fewest_numbers = 2,
       .most_numbers = 2,
       .methods = of_both},
      {.name = "weights",
       .sentence = "Pretrained weights of the backbone, named as torchvision names them",
       .group = "Start",
       .kind = Kind::path,
       .type = "FILE.safetensors",
       .methods = of_all},
      {.name = "start-from",
       .sentence = "An earlier run, of these or other images, whose network learns on",
       .group = "Start",
       .kind = Kind::path,
       .type = "RUN",
       .methods = of_both},
      {.name = "freeze-backbone",
       .sentence = "Train the projection head alone, on the backbone as it starts",
       .group = "Start",
       .kind = Kind::flag,
       .initial = "false",
       .methods = of_both},
      {.name = "device",
       .sentence = "Where to compute; auto: a GPU where there is one",
       .group = "Run",
       .type = "auto|cpu|cuda",
       .initial = "auto",
       .choices = {"auto", "cpu", "cuda"},
       .methods = of_all},
      {.name = "deterministic",
       .sentence =
           "Compute convolutions by one algorithm, the same on every machine of a kind, instead "
           "of the fastest here",
       .group = "Run",
       .kind = Kind::flag,
       .initial = "false",
       .methods = of_all},
      {.name = "algorithms", .sentence = "Of convolutions, for a replay", .methods = of_all},
  };
  return settings;
}

}  // namespace tsimcne
