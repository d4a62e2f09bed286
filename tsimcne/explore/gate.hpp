#pragma once

#include <httplib.h>

#include <optional>
#include <string>

#include "tsimcne/explore/refusal.hpp"

namespace tsimcne {

/// Who may ask a server. One that listens at this machine's own address answers to this machine's
/// names, on any port, since tunnels have their own: a page of another site can make a browser ask
/// under a name of its own that points here, and not under these. One that is to be reached
/// otherwise wants a token. Whatever changes something must come from a page of ours: its origin is
/// the name by which the server was called, here or before a proxy, or the public address.
class Gate {
 public:
  /// host: the address that the server listens at; public_address: where a proxy serves it to
  /// others, as "https://maps.example.org/mine"; empty: nowhere. Throws an Error where that is no
  /// such address.
  Gate(const std::string& host, int port, const std::string& public_address);

  /// For a browser, with the token where one is needed.
  const std::string& address() const { return address_; }
  /// Why this request is not answered.
  std::optional<Refusal> objection(const httplib::Request& request) const;

 private:
  bool is_of_our_page(const httplib::Request& request) const;

  std::string address_, token_;
  std::string public_origin_;  // "maps.example.org"; empty: none
};

}  // namespace tsimcne
