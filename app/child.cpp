#include "app/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "app/stop.hpp"
#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto patience = std::chrono::milliseconds(200);
constexpr auto between_calls = std::chrono::seconds(5);
constexpr std::string_view erasure = "\x1b[K";  // of a live line
constexpr size_t words_kept = 1 << 14;          // bytes of what was said last

struct Ends {
  int ours = -1, childs = -1;
};

/// Where the child's standard error goes: to a terminal if ours is one, so that it shows its live
/// line there.
Ends open_ends() {
  Ends ends;
  if (::isatty(STDERR_FILENO) == 1) {
    winsize size{};
    termios modes{};
    ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
    ::tcgetattr(STDERR_FILENO, &modes);
    ::cfmakeraw(&modes);  // line ends are made by our own terminal
    if (::openpty(&ends.ours, &ends.childs, nullptr, &modes, &size) == 0) {
      ::fcntl(ends.ours, F_SETFD, FD_CLOEXEC);
      ::fcntl(ends.childs, F_SETFD, FD_CLOEXEC);
      return ends;
    }
  }
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) fail("no pipe can be made: {}", std::strerror(errno));
  return {pipe[0], pipe[1]};
}

/// In the new process; only what is safe between fork and exec.
[[noreturn]] void become_child(char** arguments, int errors, pid_t parent) {
  // A group of its own: of a Ctrl-C it gets what its parent passes on, and not a second one.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::execv("/proc/self/exe", arguments);
  ::_exit(127);
}

/// What a child says on standard error, passed on and kept.
class Words {
 public:
  explicit Words(int descriptor) : descriptor_(descriptor) {}
  ~Words() { ::close(descriptor_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  /// Waits a moment for more; false where none came.
  bool read(std::chrono::milliseconds moment) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(moment.count())) <= 0) return false;
    std::array<char, 4096> buffer{};
    const ssize_t length = ::read(descriptor_, buffer.data(), buffer.size());
    if (length <= 0) {  // it speaks no more, and ends soon
      if (moment.count() > 0) ::poll(nullptr, 0, 10);
      return false;
    }
    const auto size = static_cast<size_t>(length);
    std::fwrite(buffer.data(), 1, size, stderr);
    last_.append(buffer.data(), size);
    if (last_.size() > 2 * words_kept) last_.erase(0, last_.size() - words_kept);
    return true;
  }

  /// The last line that speaks of what is wrong; else the last one at all.
  std::string sentence() const {
    std::string line, last, wrong;
    for (const char letter : last_ + "\n") {
      if (letter != '\n' && letter != '\r') {
        line += letter;
        continue;
      }
      if (line.starts_with(erasure)) line.erase(0, erasure.size());
      if (line.find_first_not_of(' ') != line.npos) last = line;
      for (const char* const start : {"tsimcne: ", "tsimcne fit: "}) {
        if (line.starts_with(start)) wrong = line.substr(std::strlen(start));
      }
      line.clear();
    }
    return wrong.empty() ? last : wrong;
  }

 private:
  int descriptor_;
  std::string last_;
};

std::string sentence_on(int status, const Words& words) {
  if (status == 0) return "";
  if (status == -SIGKILL) return "it was killed (signal 9), perhaps for want of memory";
  if (status < 0) return fmt::format("it crashed (signal {}, {})", -status, ::strsignal(-status));
  const std::string sentence = words.sentence();
  return sentence.empty() ? fmt::format("it ended with status {}", status) : sentence;
}

}  // namespace

ChildEnd run_child(const std::vector<std::string>& arguments,
                   const std::function<void(double seconds)>& meanwhile) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), "tsimcne");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  std::fflush(nullptr);  // what waits to be written is written once
  const Ends ends = open_ends();
  const auto start = Clock::now();
  const pid_t parent = ::getpid(), child = ::fork();
  if (child == 0) become_child(pointers.data(), ends.childs, parent);
  ::close(ends.childs);
  Words said(ends.ours);
  if (child < 0) fail("tsimcne cannot be started once more: {}", std::strerror(errno));

  int status = 0;
  rusage used{};
  bool passed_on = false;
  auto called = start;
  while (::wait4(child, &status, WNOHANG, &used) == 0) {
    said.read(patience);
    if (stop_requested() && !std::exchange(passed_on, true)) {
      ::kill(child, exit_status_of_stop() - 128);
    }
    if (const auto now = Clock::now(); now - called > between_calls) {
      meanwhile(seconds_between(start, now));
      called = now;
    }
  }
  while (said.read(std::chrono::milliseconds(0))) {
  }
  const int end = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return {end, seconds_between(start, Clock::now()), int64_t{1024} * used.ru_maxrss,
          sentence_on(end, said)};
}

}  // namespace tsimcne
