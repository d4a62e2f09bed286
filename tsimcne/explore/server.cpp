#include "tsimcne/explore/server.hpp"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/answers.hpp"
#include "tsimcne/explore/page.hpp"

namespace tsimcne {
namespace {

using httplib::Request;
using httplib::Response;

constexpr size_t most_upload = size_t{64} << 20;  // bytes
constexpr int threads = 64;  // a browser that keeps its connection occupies one

bool is_own_machine(const std::string& host) {
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", random());
  return token;
}

void refuse(Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_content(text_of(Json{{"error", refusal.sentence}}), "application/json");
}

}  // namespace

struct Server::State {
  const ServerOptions options;
  Worker worker;                  // for searches and placing, which take all cores and much memory
  std::atomic<int> exhibits = 0;  // shown so far
  std::atomic<std::shared_ptr<Answers>> answers;
  std::atomic<std::shared_ptr<const std::string>> progress;
  std::string token, address;
  std::vector<std::string> hosts;  // by which the server may be called; empty: any
  httplib::Server http;
  std::atomic<bool> serving = false, stopped = false;

  State(Exhibit exhibit, ServerOptions given);

  void show(Exhibit exhibit, const ServerOptions& how);
  void bind(const std::string& host, int port);
  void route();
  std::optional<Refusal> objection(const Request& request) const;
};

Server::State::State(Exhibit exhibit, ServerOptions given) : options(std::move(given)) {
  show(std::move(exhibit), options);
  bind(options.host, options.port);
  route();
}

void Server::State::show(Exhibit exhibit, const ServerOptions& how) {
  answers = std::make_shared<Answers>(std::move(exhibit), how, ++exhibits, worker);
}

void Server::State::bind(const std::string& host, int port) {
  http.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  http.set_keep_alive_timeout(2);
  http.set_socket_options([](socket_t socket) {  // the library's own would share a port
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http.set_payload_max_length(most_upload);
  if (port == 0) {
    port = http.bind_to_any_port(host);
    if (port <= 0) fail("{} cannot be listened on: expected an address of this machine", host);
  } else if (!http.bind_to_port(host, port)) {
    fail("{}:{} cannot be listened on: is another program there? --port 0 takes a free one", host,
         port);
  }
  const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
  address = fmt::format("http://{}:{}/", name, port);
  if (is_own_machine(host)) {
    for (const char* own : {"127.0.0.1", "localhost", "[::1]"}) {
      hosts.push_back(fmt::format("{}:{}", own, port));
    }
  } else {
    token = random_token();
    address += "?token=" + token;
  }
}

/// A page of another site can make a browser ask us, but not under one of our own names, nor with
/// the token.
std::optional<Refusal> Server::State::objection(const Request& request) const {
  const std::string host = request.get_header_value("Host");
  if (!hosts.empty() && std::ranges::find(hosts, host) == hosts.end()) {
    return Refusal{403, fmt::format("this server is not called {}", host)};
  }
  if (!token.empty() && request.get_header_value("X-Tsimcne-Token") != token &&
      request.get_param_value("token") != token) {
    return Refusal{403, "the token is missing or wrong: take the whole address that was printed"};
  }
  const std::string origin = request.get_header_value("Origin");
  if (request.method != "GET" && !origin.empty() && origin != "http://" + host) {
    return Refusal{403, fmt::format("pages of {} are not listened to", origin)};
  }
  return std::nullopt;
}

void Server::State::route() {
  http.set_default_headers({{"Content-Security-Policy", served_policy()},
                            {"X-Content-Type-Options", "nosniff"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Cross-Origin-Resource-Policy", "same-origin"},
                            {"Cache-Control", "no-store"}});
  http.set_pre_routing_handler([this](const Request& request, Response& response) {
    const auto refusal = objection(request);
    if (!refusal) return httplib::Server::HandlerResponse::Unhandled;
    refuse(response, *refusal);
    response.set_header("Connection", "close");  // the body, if there is one, is not read
    return httplib::Server::HandlerResponse::Handled;
  });
  http.set_exception_handler([](const Request&, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const Refusal& refusal) {
      refuse(response, refusal);
    } catch (const Json::exception& error) {
      refuse(response, {400, fmt::format("the request is not as expected: {}", error.what())});
    } catch (const Error& error) {
      refuse(response, {422, error.what()});
    } catch (const std::exception& error) {
      refuse(response, {500, error.what()});
    }
  });
  http.set_error_handler([](const Request&, Response& response) {
    if (!response.body.empty()) return;
    refuse(response,
           {response.status, response.status == 413
                                 ? fmt::format("the file is larger than {} MB", most_upload >> 20)
                                 : "there is nothing at this address"});
  });
  const auto with = [this](void (Answers::*answer)(const Request&, Response&)) {
    return [this, answer](const Request& request, Response& response) {
      const std::shared_ptr<Answers> now = answers;  // stays until the request is answered
      now->require_this_exhibit(request);
      ((*now).*answer)(request, response);
    };
  };
  http.Get("/", with(&Answers::send_page));
  http.Get("/config", with(&Answers::send_config));
  http.Get("/map.bin", with(&Answers::send_map));
  http.Get("/points.bin", with(&Answers::send_points));
  http.Get("/text.bin", with(&Answers::send_text));
  http.Get("/progress", [this](const Request&, Response& response) {
    const std::shared_ptr<const std::string> told = progress;
    if (!told) throw Refusal{404, "no training goes on here"};
    response.set_content(*told, "application/json");
  });
  http.Get(R"(/atlas/(\d{1,2})/(\d{1,9}))", with(&Answers::send_atlas));
  http.Get(R"(/image/(\d{1,9}))", with(&Answers::send_image));
  http.Get(R"(/neighbors/(\d{1,9}))", with(&Answers::send_neighbors));
  http.Post("/place", with(&Answers::place));
  http.Post("/labels", with(&Answers::label));
  http.Post("/exports", with(&Answers::export_selection));
}

Server::Server(Exhibit exhibit, const ServerOptions& options)
    : state_(std::make_unique<State>(std::move(exhibit), options)) {}

Server::~Server() = default;

const std::string& Server::address() const {
  return state_->address;
}

void Server::serve() {
  state_->serving = true;
  if (!state_->stopped) state_->http.listen_after_bind();
  state_->serving = false;
}

/// The library overlooks a stop that comes before its loop has begun.
void Server::stop() {
  state_->stopped = true;
  while (state_->serving && !state_->http.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  state_->http.stop();
}

void Server::move(const Matrix& points) {
  state_->answers.load()->move(points);
}

void Server::tell(std::string progress) {
  state_->progress = std::make_shared<const std::string>(std::move(progress));
}

void Server::replace(Exhibit exhibit, PlaceImage place) {
  ServerOptions how = state_->options;
  how.place = std::move(place);
  how.watching = false;
  state_->show(std::move(exhibit), how);
}

}  // namespace tsimcne
