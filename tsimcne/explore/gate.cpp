#include "tsimcne/explore/gate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <random>
#include <string_view>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

bool is_own_address(const std::string& host) {
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", random());
  return token;
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return small;
}

/// The name in "name:8080" or "[::1]:8080", without brackets.
std::string name_in(std::string_view authority) {
  if (authority.starts_with('[')) {
    return std::string(authority.substr(1, authority.find(']') - 1));
  }
  std::string name = in_small_letters(authority.substr(0, authority.find(':')));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

/// A name or number that means the machine itself wherever it is looked up.
bool is_loopback(const std::string& name) {
  in_addr four{};
  if (::inet_pton(AF_INET, name.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  if (::inet_pton(AF_INET6, name.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return name == "localhost" || name.ends_with(".localhost");
}

/// What stands between "http://" or "https://" and the next slash, in small letters and without the
/// port that goes without saying; empty where it is no such address.
std::string authority_of(const std::string& address) {
  const std::string small = in_small_letters(address);
  for (const auto& [scheme, port] : {std::pair{"http://", ":80"}, std::pair{"https://", ":443"}}) {
    if (!small.starts_with(scheme)) continue;
    const size_t begin = std::string_view(scheme).size();
    std::string authority = small.substr(begin, small.find('/', begin) - begin);
    if (authority.ends_with(port))
      authority.resize(authority.size() - std::string_view(port).size());
    return authority;
  }
  return "";
}

/// As authority_of() gives it, for what is called `authority` over this origin's scheme.
std::string same_scheme(const std::string& origin, const std::string& authority) {
  return authority_of(origin.substr(0, origin.find("//") + 2) + authority);
}

std::string with_slash(const std::string& address) {
  return address.ends_with('/') ? address : address + "/";
}

}  // namespace

Gate::Gate(const std::string& host, int port, const std::string& public_address)
    : public_origin_(authority_of(public_address)) {
  if (!public_address.empty() &&
      (public_origin_.empty() || public_address.find_first_of("?# ") != std::string::npos)) {
    fail("--public-address {}: expected an address as https://maps.example.org/", public_address);
  }
  const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
  address_ = public_address.empty() ? fmt::format("http://{}:{}/", name, port)
                                    : with_slash(public_address);
  if (is_own_address(host) && public_address.empty()) return;
  token_ = random_token();
  address_ += "?token=" + token_;
}

bool Gate::is_of_our_page(const httplib::Request& request) const {
  const std::string origin = request.get_header_value("Origin");
  if (origin.empty()) return true;  // no browser's
  const std::string authority = authority_of(origin);
  if (authority.empty()) return false;
  if (authority == public_origin_) return true;
  // Pages of other sites cannot set the second, in which each proxy on the way may add a name.
  for (const char* called : {"Host", "X-Forwarded-Host"}) {
    const std::string names = request.get_header_value(called);
    if (authority == same_scheme(origin, names.substr(0, names.find(',')))) return true;
  }
  return false;
}

std::optional<Refusal> Gate::objection(const httplib::Request& request) const {
  const std::string host = request.get_header_value("Host");
  if (token_.empty() && !is_loopback(name_in(host))) {
    return Refusal{403, fmt::format("this server is not called {}, and answers to this machine's "
                                    "own names alone: start tsimcne explore with --host ADDRESS, "
                                    "or, behind a proxy, with --public-address https://{}/",
                                    host, host)};
  }
  if (!token_.empty() && request.get_header_value("X-Tsimcne-Token") != token_ &&
      request.get_param_value("token") != token_) {
    return Refusal{403, "the token is missing or wrong: take the whole address that was printed"};
  }
  if (request.method != "GET" && !is_of_our_page(request)) {
    const std::string origin = request.get_header_value("Origin");
    return Refusal{403, fmt::format("pages of {} are not listened to: if a proxy serves this one "
                                    "there, start tsimcne explore with --public-address {}/",
                                    origin, origin)};
  }
  return std::nullopt;
}

}  // namespace tsimcne
