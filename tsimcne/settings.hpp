#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tsimcne {

/// A thing that a run can be told, declared once, as data: command line, help, config file and what
/// a resume refuses follow from it.
struct Setting {
  enum class Kind { flag, whole, number, wholes, numbers, time, text, path, paths };

  std::string name;        // its word, as in --batch and in a config file
  std::string sentence{};  // what it does; between brackets, what stands where it is not given
  std::string group{};     // under which help lists it; "": it is for config files alone
  Kind kind = Kind::text;
  std::string type{};     // what help shows for a value
  std::string initial{};  // the value where none is given, as a person writes it
  double least = 0, most = std::numeric_limits<double>::infinity();  // of numbers and times
  size_t fewest_numbers = 1, most_numbers = 64;                      // of a list of numbers
  std::vector<std::string> choices{};  // the words that a text may be; none: any
  std::string ending{};  // of a file that a text may name beside its choices: ".pt"; "": none
  std::vector<std::string> methods{};  // that it is for; none: all
};

/// A setting's value; a time in seconds; paths as text.
using SettingValue =
    std::variant<bool, int64_t, double, std::string, std::vector<double>, std::vector<std::string>>;

/// Values of declared settings. Those that nobody gave have their initial value, or are empty: 0,
/// false, "" or no numbers.
class Settings {
 public:
  /// The declarations must live as long as the settings do.
  explicit Settings(const std::vector<Setting>& declared) : declared_(&declared) {}

  /// Gives a setting the value that a person wrote, a list in one word or in several: {"90s"},
  /// {"3,1"}. Throws an Error that says what it can be where it is something else, or there is no
  /// such setting.
  void give(std::string_view name, std::span<const std::string> words);
  void give(std::string_view name, const std::string& word) { give(name, std::span(&word, 1)); }

  /// Sets what a program has found out.
  void set(std::string_view name, SettingValue value);
  /// As if it had never been given.
  void leave_open(std::string_view name);

  /// Whether it was given or set, an empty text apart.
  bool has(std::string_view name) const;

  bool flag(std::string_view name) const;
  int64_t whole(std::string_view name) const;
  double number(std::string_view name) const;  // also of a time
  std::vector<double> numbers(std::string_view name) const;
  /// Of several paths, all with spaces between.
  std::string text(std::string_view name) const;
  std::filesystem::path path(std::string_view name) const { return text(name); }
  std::vector<std::filesystem::path> paths(std::string_view name) const;

  /// The value as a person writes it, which give() takes back, but for several paths.
  std::string word(std::string_view name) const;

  /// Name and value, as TOML, of all that have one and are for the method: {"batch", "512"}.
  std::vector<std::pair<std::string, std::string>> entries(std::string_view method) const;

  const std::vector<Setting>& declared() const { return *declared_; }
  /// Throws an Error where there is none of this name.
  const Setting& declaration(std::string_view name) const;

 private:
  SettingValue value(std::string_view name) const;

  const std::vector<Setting>* declared_;
  std::map<std::string, SettingValue, std::less<>> values_;
};

}  // namespace tsimcne
