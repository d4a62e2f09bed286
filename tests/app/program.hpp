#pragma once

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tsimcne {

/// The program under test as a process of its own.
class Program {
 public:
  enum class Output { pipe, terminal };

  /// Starts `tsimcne` with these arguments; what it prints is collected, from a pipe or from a
  /// terminal that it has to itself.
  explicit Program(std::vector<std::string> arguments, Output output = Output::pipe) {
    arguments.insert(arguments.begin(), TSIMCNE_PROGRAM);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    std::array<int, 2> ends{-1, -1};
    if (output == Output::pipe && ::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
    process_ =
        output == Output::pipe ? ::fork() : ::forkpty(ends.data(), nullptr, nullptr, nullptr);
    if (process_ == 0) {
      if (output == Output::pipe) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(ends[1], STDERR_FILENO);
      }
      ::setenv("XDG_CACHE_HOME", TEST_CACHE, 1);
      ::execv(TSIMCNE_PROGRAM, pointers.data());
      ::_exit(127);
    }
    if (output == Output::pipe) ::close(ends[1]);
    output_ = ends[0];
  }

  pid_t process() const { return process_; }
  /// Nobody listens any more; a terminal is closed.
  void close_output() { ::close(std::exchange(output_, -1)); }

  void signal(int number) const { ::kill(process_, number); }

  /// Reads what it writes until `text` is there; false where it ends before.
  bool wait_for(const std::string& text) {
    while (printed_.find(text) == std::string::npos) {
      if (!read_some()) return false;
    }
    return true;
  }

  /// Waits for the end: the exit status, or minus the signal that ended it.
  int wait() {
    while (read_some()) {
    }
    if (output_ >= 0) ::close(output_);
    int status = 0;
    ::waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  /// All that was read of what it wrote to stdout and stderr; after wait(), all.
  const std::string& printed() const { return printed_; }

 private:
  bool read_some() {
    if (output_ < 0) return false;
    std::array<char, 4096> buffer{};
    const ssize_t length = ::read(output_, buffer.data(), buffer.size());
    if (length > 0) printed_.append(buffer.data(), static_cast<size_t>(length));
    return length > 0;
  }

  pid_t process_ = -1;
  int output_ = -1;
  std::string printed_;
};

struct Outcome {
  int status;
  std::string printed;
};

/// Runs the program to its end.
inline Outcome run_program(std::vector<std::string> arguments) {
  Program program(std::move(arguments));
  const int status = program.wait();
  return {status, program.printed()};
}

}  // namespace tsimcne
