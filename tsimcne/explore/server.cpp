#include "tsimcne/explore/server.hpp"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/answers.hpp"
#include "tsimcne/explore/arrivals.hpp"
#include "tsimcne/explore/gate.hpp"
#include "tsimcne/explore/page.hpp"

namespace tsimcne {
namespace {

using httplib::Request;
using httplib::Response;

constexpr size_t most_upload = size_t{64} << 20;  // bytes
constexpr int threads = 64;  // a browser that keeps its connection occupies one
const PageConfig arriving{.served = true, .watching = true, .arriving = true};

void refuse(Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_content(text_of(Json{{"error", refusal.sentence}}), "application/json");
}

std::string in_html(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '<') {
      escaped += "&lt;";
    } else if (letter == '&') {
      escaped += "&amp;";
    } else {
      escaped += letter;
    }
  }
  return escaped;
}

/// As refuse(), for one who looks at the address with a browser.
void refuse_person(Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_content(
      fmt::format(
          "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>tsimcne</title>\n"
          "<h1>The map cannot be shown here</h1>\n<p>Its program says: {}.</p></html>\n",
          in_html(refusal.sentence)),
      "text/html; charset=utf-8");
}

bool is_of_person(const Request& request) {
  return request.method == "GET" &&
         request.get_header_value("Accept").find("text/html") != std::string::npos;
}

}  // namespace

struct Server::State {
  const ServerOptions options;
  Worker worker;      // for searches and placing, which take all cores and much memory
  std::string title;  // of what is to come
  Arrivals arrivals;  // before there are answers
  std::atomic<std::shared_ptr<Answers>> answers;  // none: there is no map yet
  std::mutex lock;                                // of what follows
  std::vector<std::string> watched;               // the marks of the maps whose points moved
  std::atomic<std::shared_ptr<const std::string>> progress;
  std::optional<Gate> gate;
  int port = 0;
  httplib::Server http;
  std::atomic<bool> serving = false, stopped = false;

  State(std::string title, ServerOptions options);

  void begin();
  void show(Exhibit exhibit, const ServerOptions& how);
  void bind();
  void route();
  std::shared_ptr<Answers> answers_to(const Request& request);
  void send_progress(const Request& request, Response& response);
  void send_config(const Request& request, Response& response);
  void send_page(const Request& request, Response& response);
  void send_arrivals(const Request& request, Response& response) const;
};

Server::State::State(std::string the_title, ServerOptions the_options)
    : options(std::move(the_options)), title(std::move(the_title)) {}

void Server::State::begin() {
  bind();
  route();
}

void Server::State::show(Exhibit exhibit, const ServerOptions& how) {
  const auto made = std::make_shared<Answers>(std::move(exhibit), how, worker);
  const std::lock_guard guard(lock);
  if (how.watching) watched.push_back(made->mark());
  answers = made;
}

void Server::State::bind() {
  const std::string& host = options.host;
  port = options.port;
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
  gate.emplace(host, port, options.public_address);
}

/// A page that outlives its server may meet another one at its address.
std::shared_ptr<Answers> Server::State::answers_to(const Request& request) {
  std::shared_ptr<Answers> now = answers;
  if (!now) throw Refusal{503, "the images are being decoded; there is no map yet"};
  const std::string named = request.get_header_value("X-Tsimcne-Map");
  if (named.empty() || named == now->mark()) return now;
  throw Refusal{409, "this page shows another map; reload it"};
}

/// A page that watched a training is told how it ended though its map is another by then.
void Server::State::send_progress(const Request& request, Response& response) {
  const std::string named = request.get_header_value("X-Tsimcne-Map");
  {
    const std::lock_guard guard(lock);
    const bool is_known = std::ranges::find(watched, named) != watched.end();
    if (!named.empty() && !is_known) answers_to(request);
  }
  const std::shared_ptr<const std::string> told = progress;
  if (!told) throw Refusal{404, "no training goes on here"};
  response.set_content(*told, "application/json");
}

void Server::State::send_config(const Request& request, Response& response) {
  if (answers.load()) return answers_to(request)->send_config(request, response);
  response.set_content(page_config(title, arriving), "application/json");
}

void Server::State::send_page(const Request& request, Response& response) {
  if (answers.load()) return answers_to(request)->send_page(request, response);
  response.set_content(served_page(title, arriving), "text/html; charset=utf-8");
}

void Server::State::send_arrivals(const Request& request, Response& response) const {
  const auto sheet = arrivals.sheet(std::stoll(request.matches[1].str()));
  if (!sheet) {
    response.status = 204;  // not yet, which browsers do not complain of
    return;
  }
  response.set_header("X-Tsimcne-Count", std::to_string(sheet->count));
  response.set_content(sheet->jpeg, "image/jpeg");
}

void Server::State::route() {
  http.set_default_headers({{"Content-Security-Policy", served_policy()},
                            {"X-Content-Type-Options", "nosniff"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Cross-Origin-Resource-Policy", "same-origin"},
                            {"Cache-Control", "no-store"}});
  http.set_pre_routing_handler([this](const Request& request, Response& response) {
    const auto refusal = gate->objection(request);
    if (!refusal) return httplib::Server::HandlerResponse::Unhandled;
    (is_of_person(request) ? refuse_person : refuse)(response, *refusal);
    response.set_header("Connection", "close");  // the body, if there is one, is not read
    return httplib::Server::HandlerResponse::Handled;
  });
  http.set_exception_handler(
      [](const Request& request, Response& response, std::exception_ptr thrown) {
        try {
          std::rethrow_exception(std::move(thrown));
        } catch (const Refusal& refusal) {
          refuse(response, refusal);
        } catch (const Json::exception& error) {
          refuse(response, {400, fmt::format("the request is not as expected: {}", error.what())});
        } catch (const Error& error) {
          // Of a mere question, nothing that was sent is to blame, but a file of the run.
          refuse(response, {request.method == "GET" ? 500 : 422, error.what()});
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
      const std::shared_ptr<Answers> now = answers_to(request);  // stays until that is answered
      ((*now).*answer)(request, response);
    };
  };
  const auto own = [this](auto answer) {
    return [this, answer](const Request& request, Response& response) {
      (this->*answer)(request, response);
    };
  };
  http.Get("/", own(&State::send_page));
  http.Get("/config", own(&State::send_config));
  http.Get("/progress", own(&State::send_progress));
  http.Get(R"(/arrivals/(\d{1,9}))", own(&State::send_arrivals));
  http.Get("/map.bin", with(&Answers::send_map));
  http.Get("/points.bin", with(&Answers::send_points));
  http.Get("/text.bin", with(&Answers::send_text));
  http.Get(R"(/atlas/(\d{1,2})/(\d{1,9}))", with(&Answers::send_atlas));
  http.Get(R"(/image/(\d{1,9}))", with(&Answers::send_image));
  http.Get(R"(/neighbors/(\d{1,9}))", with(&Answers::send_neighbors));
  http.Post("/place", with(&Answers::place));
  http.Post("/labels", with(&Answers::label));
  http.Post("/exports", with(&Answers::export_selection));
  http.Post("/stop", [this](const Request&, Response& response) {
    if (!options.stop) throw Refusal{404, "no training goes on here that could be stopped"};
    options.stop();
    response.set_content("{}", "application/json");
  });
}

Server::Server(Exhibit exhibit, const ServerOptions& options)
    : state_(std::make_unique<State>(exhibit.title, options)) {
  state_->show(std::move(exhibit), options);
  state_->begin();
}

Server::Server(const std::string& title, const ServerOptions& options)
    : state_(std::make_unique<State>(title, options)) {
  state_->begin();
}

Server::~Server() = default;

const std::string& Server::address() const {
  return state_->gate->address();
}

int Server::port() const {
  return state_->port;
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

void Server::arrive(std::span<const uint8_t> pixels, int side) {
  state_->arrivals.add(pixels, side);
}

void Server::watch(Exhibit exhibit) {
  ServerOptions how = state_->options;
  how.watching = true;
  state_->show(std::move(exhibit), how);
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
