#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tsimcne/images/image_set.hpp"

namespace tsimcne {

/// What `tsimcne fit` can be told. Empty and zero mean "as the recipe, the images or the machine
/// say", and settle() puts what they say in their place.
struct FitOptions {
  std::filesystem::path input;
  std::filesystem::path run;
  std::string recipe;
  double budget = 0;  // seconds
  std::vector<double> epochs;
  int batch = 512;
  std::string backbone;
  std::vector<int> dictionary;  // atoms, stride, kept views, where that is the backbone
  bool freeze_backbone = false;
  std::filesystem::path weights;
  std::filesystem::path start_from;
  int out_dim = 0;
  std::string augment = "natural";
  std::vector<double> crop_scale;
  int image_size = 0;
  std::string fit = "crop";
  std::filesystem::path labels;
  int64_t limit = 0;
  uint64_t seed = 0;
  int threads = 0;
  std::string device = "auto";
  bool deterministic = false;
  std::string algorithms;  // as Trainer::algorithms(), for replays
  bool watch = false;
  bool force = false;
  bool resume = false;
};

/// Adds the options to the subcommand `fit`.
void add_options(CLI::App& fit, FitOptions& options);

/// Whether the epochs are to be planned, from the budget and the images.
bool wants_plan(const FitOptions& options);

/// How the options open images.
ImageOptions image_options_of(const FitOptions& options);

/// Each setting of a run as TOML, by the option's name: {"batch", "512"}, {"recipe", "\"paper\""}.
std::vector<std::pair<std::string, std::string>> settings_of(const FitOptions& options);

/// The settings as a config file that replays the run.
std::string config_of(const FitOptions& options);

/// Reads such a file back.
FitOptions read_config(const std::filesystem::path& config);

}  // namespace tsimcne
