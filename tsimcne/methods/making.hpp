#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tsimcne/methods/method.hpp"

namespace tsimcne {

/// The functions that are a method, apart from its entry, so that a program which only tells what
/// methods there are needs no libtorch. They do what settle_method(), begin_method(), load_method()
/// and load_placing() say.
struct Making {
  void (*settle)(Settings& settings);
  std::unique_ptr<Method> (*begin)(const Beginning& beginning);
  std::unique_ptr<Method> (*load)(const std::filesystem::path& checkpoint,
                                  const Beginning& beginning);
  std::unique_ptr<Placing> (*load_placing)(const std::filesystem::path& run,
                                           const Settings& settings, const std::string& device);
};

}  // namespace tsimcne
