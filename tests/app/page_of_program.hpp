#pragma once

#include <httplib.h>

#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

namespace tsimcne {

/// The address that a program prints, for a client.
inline std::string address_in(const std::string& printed) {
  const size_t from = printed.find("http://");
  return printed.substr(from, printed.find('/', from + 7) - from);
}

/// What stands before the columns that the page reads.
inline nlohmann::json header_of(const std::string& columns) {
  uint32_t length = 0;
  std::memcpy(&length, columns.data() + 8, sizeof length);
  return nlohmann::json::parse(columns.substr(12, length));
}

/// Asks until the program tells this state of its run; false after a minute.
inline bool waits_for_state(httplib::Client& client, const std::string& state) {
  for (int i = 0; i < 3000; ++i) {
    const auto answer = client.Get("/progress");
    if (answer && answer->status == 200 && nlohmann::json::parse(answer->body)["state"] == state) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace tsimcne
