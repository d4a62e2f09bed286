#include "app/learning/open_browser.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace tsimcne {

void open_browser(const std::string& address) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
  const pid_t starter = ::fork();
  if (starter == 0) {
    ::setsid();  // the browser outlives this program, and is nobody's child
    if (::fork() == 0) ::execlp("xdg-open", "xdg-open", address.c_str(), nullptr);
    ::_exit(0);
  }
  if (starter > 0) ::waitpid(starter, nullptr, 0);
}

}  // namespace tsimcne
