#include "app/learning/open_browser.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "app/say.hpp"

namespace tsimcne {
namespace {

void open_browser(const std::string& address) {
  const pid_t starter = ::fork();
  if (starter == 0) {
    ::setsid();  // the browser outlives this program, and is nobody's child
    if (::fork() == 0) ::execlp("xdg-open", "xdg-open", address.c_str(), nullptr);
    ::_exit(0);
  }
  if (starter > 0) ::waitpid(starter, nullptr, 0);
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The address at which this machine was reached by ssh; "" where it was not.
std::string reached_at() {
  std::istringstream connection(variable("SSH_CONNECTION"));  // of both ends address and port
  std::array<std::string, 3> words;
  for (std::string& word : words) connection >> word;
  return words[2];
}

}  // namespace

void show_way(const std::string& address, int port, const ExploreOptions& where) {
  if (!where.public_address.empty()) return;
  const bool has_desktop = !variable("DISPLAY").empty() || !variable("WAYLAND_DISPLAY").empty();
  if (has_desktop) {
    if (!where.no_browser) open_browser(address);
    return;
  }
  const std::string host = reached_at();
  if (host.empty() || where.host != ExploreOptions().host) return;
  const std::string user = variable("USER");
  say("From your own machine: ssh -L {0}:127.0.0.1:{0} {1}{2}{3}, and open that address there\n",
      port, user, user.empty() ? "" : "@", host);
}

}  // namespace tsimcne
