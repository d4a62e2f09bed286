#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace tsimcne {

/// Prints a text, and never throws: a run goes on when its terminal is closed or its log's disk is
/// full. say() is for what was asked for, on standard output, warn() for words beside it, on
/// standard error.
void print(std::FILE* stream, std::string_view text);

template <class... Values>
void say(fmt::format_string<Values...> text, Values&&... values) {
  print(stdout, fmt::format(text, std::forward<Values>(values)...));
}

template <class... Values>
void warn(fmt::format_string<Values...> text, Values&&... values) {
  print(stderr, fmt::format(text, std::forward<Values>(values)...));
}

/// To be called first. Gives /dev/null to standard input, output and error where one of them was
/// closed, as daemons have it: the first files that are opened would get their numbers, and what is
/// said would be written into them.
void open_what_is_closed();

/// Writes out what was said. Throws an Error where some of it was lost, unless nobody listens: its
/// terminal is gone.
void finish_saying();

}  // namespace tsimcne
