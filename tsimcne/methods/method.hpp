#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/settings.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// What a map is made of: images, or rows of numbers.
struct Input {
  std::optional<ImageSet> images;
  std::shared_ptr<const Matrix> rows;  // [n, d]; none: the images' pixels, or what --on says
  Catalog catalog;                     // of the same n

  int64_t size() const { return catalog.size(); }
};

/// To whom a method tells what it does. A function that is empty hears nothing.
struct Listener {
  std::function<void(const std::string&)> say{};   // words with their line ends
  std::function<void(const std::string&)> warn{};  // the same, of what may be wrong
  /// How many of how many images are, say, "decoding". What it throws ends the work.
  std::function<void(std::string_view doing, int64_t done, int64_t total)> count{};
  /// Each image (side x side, RGB) once it is decoded, as ImageOptions::decoded has it.
  std::function<void(std::span<const uint8_t> pixels, int side)> decoded{};
  /// The whole input, before anything is made of it.
  std::function<void(const Input&)> opened{};

  void tell(const std::string& words) const {
    if (say) say(words);
  }
  PlacingProgress counting(std::string doing) const {
    if (!count) return {};
    return [hear = count, doing = std::move(doing)](int64_t done, int64_t total) {
      hear(doing, done, total);
    };
  }
};

/// How far a method is.
struct Progress {
  int stage = 1, stages = 1;             // from 1
  int epoch = 0;                         // of the stage, from 1; 0: there are none
  double epochs = 0;                     // of the stage
  std::string words{};                   // the same for a line; empty where nothing is known yet
  std::optional<double> seconds_left{};  // until all is done
};

/// A map in the making, as a value that is advanced: stop anywhere, save, load, go on, and get the
/// same map.
class Method {
 public:
  virtual ~Method() = default;

  /// Works for some seconds at most, and then as it stands can be saved. Throws an Error where it
  /// cannot go on; all is then as it was before.
  virtual void advance() = 0;
  virtual bool finished() const = 0;
  /// Whether there is a map already, before it is finished.
  virtual bool has_map() const { return true; }
  virtual Progress progress() const = 0;

  /// The epochs that are finished, where it has any, and one of them as a line for people.
  virtual const std::vector<EpochRecord>& history() const;
  virtual std::string words_of(const EpochRecord& epoch) const;

  /// Puts into the settings what was found out and a replay needs. Returns whether any is new.
  virtual bool record(Settings& settings) const = 0;

  /// The map as it stands.
  virtual Map map(const Listener& listener) const = 0;
  /// What may be wrong with such a map, in a sentence; empty: nothing.
  virtual std::string doubts(const Map& map) const;
  /// Places of some of the input as it stands, [m, d]; more than three dimensions are no map yet.
  /// It changes nothing of what comes.
  virtual Matrix places(std::span<const int64_t> some) const = 0;

  /// Writes what load_method() goes on from.
  virtual void save(const std::filesystem::path& checkpoint) const = 0;
  /// Writes what load_placing() places new images by, where the method is a function.
  virtual void save_function(const std::filesystem::path& model,
                             const Listener& listener) const = 0;
};

/// A finished map as a function.
class Placing {
 public:
  virtual ~Placing() = default;
  /// How images must be opened for it: their side in pixels, and how they became squares. The side
  /// is 0 where it takes rows of numbers alone.
  virtual int side() const = 0;
  virtual Fit fit() const = 0;
  /// Places new input, points [n, 2 or 3]. Throws an Error where it is not of the kind or width
  /// that the map was made of.
  virtual Map transform(const Input& input, const PlacingProgress& progress = {}) const = 0;
};

/// What a method begins with.
struct Beginning {
  const Input& input;
  Settings& settings;  // settled; what is planned by the budget goes into them
  std::chrono::steady_clock::time_point start;  // from which the budget counts
  const Listener& listener;
};

/// What is known of a method without beginning it.
struct MethodEntry {
  std::string name;
  std::string sentence;                // what it makes
  std::string when;                    // to take it
  std::string cost;                    // in time
  bool takes_rows;                     // or images alone
  bool learns;                         // a network, which one can watch
  std::vector<Setting> (*settings)();  // of its own
};

/// All methods, in the order in which they are told.
const std::vector<MethodEntry>& methods();

/// How the settings make images square.
Fit fit_of(const Settings& settings);

/// Throws an Error that lists the names.
const MethodEntry& method_named(std::string_view name);

/// The names of those that take rows of numbers, for a sentence.
std::string names_of_row_methods();

/// Puts what follows from the settings, the machine and earlier runs in place of what they leave
/// open. Throws an Error where they contradict each other or name what is not there.
void settle_method(Settings& settings);

/// Begins the method that the settings name. Throws an Error where it cannot begin.
std::unique_ptr<Method> begin_method(const Beginning& beginning);

/// Goes on from a checkpoint of it.
std::unique_ptr<Method> load_method(const std::filesystem::path& checkpoint,
                                    const Beginning& beginning);

/// The function of a run that was made with these settings. Throws an Error where it has none.
std::unique_ptr<Placing> load_placing(const std::filesystem::path& run, const Settings& settings,
                                      const std::string& device);

}  // namespace tsimcne
