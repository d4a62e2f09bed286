#include "app/learning/open_browser.hpp"

#include <unistd.h>

#include <cstdlib>

namespace tsimcne {

void open_browser(const std::string& address) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
  if (::fork() != 0) return;
  ::setsid();  // the browser outlives this program
  ::execlp("xdg-open", "xdg-open", address.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace tsimcne
