#include "tsimcne/explore/server.hpp"

#include <gtest/gtest.h>
#include <httplib.h>
#include <omp.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <utility>

#include "tests/explore/small_exhibit.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int images = 24;

/// The server at work, and a client that asks it.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (explorer_page_text.head.empty()) GTEST_SKIP() << "built without the page";
    start("127.0.0.1");
  }
  void TearDown() override { stop(); }

  void start(const std::string& host) {
    fs::create_directories(run());
    server_ = std::make_unique<Server>(small_exhibit(folder_.path() / "images", count_, 16),
                                       ServerOptions{.host = host,
                                                     .public_address = public_address_,
                                                     .folder = run(),
                                                     .place = place_,
                                                     .watching = watching_});
    thread_ = std::thread([this] { server_->serve(); });
    const std::string& address = server_->address();
    port_ = server_->port();
    token_ = address.find("token=") == address.npos ? "" : address.substr(address.find('=') + 1);
    client_ = std::make_unique<httplib::Client>("127.0.0.1", port_);
  }
  void stop() {
    if (!server_) return;
    client_.reset();
    server_->stop();
    thread_.join();
    server_.reset();
  }

  fs::path run() const { return folder_.path() / "run"; }
  httplib::Response get(const std::string& path, const httplib::Headers& headers = {}) const {
    return answer_of(client_->Get(path, headers));
  }
  httplib::Response post(const std::string& path, const std::string& body,
                         const httplib::Headers& headers = {}) const {
    return answer_of(client_->Post(path, headers, body, "application/json"));
  }
  /// Sends bytes as they are and returns the status of the answer, 0 where there was none.
  int status_of(const std::string& request) const;

  static httplib::Response answer_of(const httplib::Result& result) {
    EXPECT_TRUE(result) << httplib::to_string(result.error());
    return result ? *result : httplib::Response();
  }

  TemporaryFolder folder_;
  PlaceImage place_ = [](std::string_view file) {
    if (!file.starts_with("image")) fail("not an image of a known format");
    return Placed{{0.9f, 0.1f}, {2, 0, 0}};
  };
  bool watching_ = false;
  std::string public_address_;
  int count_ = images;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  int port_ = 0;
  std::string token_;
  std::unique_ptr<httplib::Client> client_;
};

int ServerTest::status_of(const std::string& request) const {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::send(socket, request.data(), request.size(), 0), std::ssize(request));
  const timeval patience{.tv_sec = 3, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string answer;
  std::array<char, 4096> buffer{};
  for (ssize_t length; (length = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
    answer.append(buffer.data(), static_cast<size_t>(length));
  }
  ::close(socket);
  return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
}

/// Compressing half a megabyte as browsers like it best takes a second.
TEST_F(ServerTest, SendsThePageAsItIs) {
  const auto page = get("/", {{"Accept-Encoding", "gzip, deflate, br"}});
  EXPECT_FALSE(page.has_header("Content-Encoding"));
  EXPECT_EQ(page.get_header_value("Content-Length"), std::to_string(page.body.size()));
  EXPECT_EQ(page.get_header_value("Content-Type"), "text/html; charset=utf-8");
}

TEST_F(ServerTest, SendsPageAndData) {
  const auto page = get("/");
  EXPECT_EQ(page.status, 200);
  const std::string policy = page.get_header_value("Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'sha256-")) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_NE(page.body.find("\"placing\":true"), std::string::npos);
  EXPECT_TRUE(get("/map.bin").body.starts_with("TSIMCNE1"));
  EXPECT_TRUE(get("/text.bin").body.starts_with("TSIMCNE1"));
  EXPECT_TRUE(get("/atlas/0/0").body.starts_with("\xff\xd8"));
  EXPECT_EQ(get("/image/3").body, read_whole_file(folder_.path() / "images/dark/003.jpg"));
}

TEST_F(ServerTest, KnowsNeighboursInFeatures) {
  const json near = json::parse(get("/neighbors/5?count=2").body);
  EXPECT_EQ(near["ids"].get<std::set<int>>(), (std::set{4, 6}));
  EXPECT_NEAR(near["distances"][0], 4 * std::sin(3.14159265 / images), 1e-5);
  EXPECT_EQ(json::parse(get("/neighbors/5?count=-7").body)["ids"].size(), 1);
  EXPECT_EQ(json::parse(get("/neighbors/5?count=999999999999").body)["ids"].size(), images - 1);
}

TEST_F(ServerTest, PlacesImagesAndSaysWhatIsNone) {
  const auto placed = post("/place", "image");
  EXPECT_EQ(placed.status, 200) << placed.body;
  EXPECT_FLOAT_EQ(json::parse(placed.body)["x"], 0.9f);
  EXPECT_EQ(json::parse(placed.body)["ids"][0], 0);
  const auto refused = post("/place", "something else");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(json::parse(refused.body)["error"], "not an image of a known format");
  const auto huge = post("/place", std::string((64 << 20) + 1, 'x'));
  EXPECT_EQ(huge.status, 413);
  EXPECT_EQ(get("/image/0").status, 200);
}

/// Asks from eight connections at once, each of which is another thread's to answer.
void ask_at_once(int port, const std::function<void(httplib::Client&)>& ask) {
  std::vector<std::thread> askers;
  for (int i = 0; i < 8; ++i) {
    askers.emplace_back([&] {
      httplib::Client client("127.0.0.1", port);
      ask(client);
    });
  }
  for (std::thread& asker : askers) asker.join();
}

TEST_F(ServerTest, PlacesInOneThreadWithTheOpenMpThreadsOfItsMaker) {
  const int before = omp_get_max_threads();
  for (const int threads : {1, 2}) {
    stop();
    omp_set_num_threads(threads);
    std::set<std::pair<std::thread::id, int>> seen;
    place_ = [&](std::string_view file) {
      seen.emplace(std::this_thread::get_id(), omp_get_max_threads());
      if (file == "no image") fail("not an image of a known format");
      return Placed{{0.9f, 0.1f}, {2, 0, 0}};
    };
    start("127.0.0.1");
    ask_at_once(port_, [](httplib::Client& client) {
      EXPECT_EQ(answer_of(client.Post("/place", "image", "image/png")).status, 200);
      EXPECT_EQ(answer_of(client.Post("/place", "no image", "image/png")).status, 422);
    });
    ASSERT_EQ(seen.size(), 1);
    EXPECT_EQ(seen.begin()->second, threads);
  }
  omp_set_num_threads(before);
}

int64_t threads_of_this_process() {
  return std::distance(fs::directory_iterator("/proc/self/task"), {});
}

TEST_F(ServerTest, SearchesShareOneOpenMpTeam) {
  const int before = omp_get_max_threads();
  stop();
  omp_set_num_threads(3);
  start("127.0.0.1");
  EXPECT_EQ(get("/image/0").status, 200);
  const int64_t without = threads_of_this_process();
  ask_at_once(port_, [](httplib::Client& client) {
    EXPECT_EQ(answer_of(client.Get("/neighbors/5")).status, 200);
  });
  EXPECT_EQ(threads_of_this_process(), without + 2);  // the team of the one that searches
  omp_set_num_threads(before);
}

TEST_F(ServerTest, KeepsLabelsAndShowsThem) {
  const auto answer = post("/labels", R"({"label": "odd", "ids": [3, 1, 3]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body)["count"], 2);
  EXPECT_EQ(read_whole_file(run() / "labels.csv"),
            "path,label\ndark/001.jpg,odd\ndark/003.jpg,odd\n");
  EXPECT_NE(get("/map.bin").body.find("your label"), std::string::npos);
}

/// Starts to show a training, of other images than those that it ends with.
class TrainingServer : public ServerTest {
 protected:
  void SetUp() override {
    watching_ = true;
    ServerTest::SetUp();
    if (server_) server_->tell(R"({"state": "learning"})");
  }
  Exhibit finished() const { return small_exhibit(folder_.path() / "more", 2 * images, 16); }

  const PlaceImage placing_ = std::exchange(place_, {});  // by the network that has been trained
};

TEST_F(TrainingServer, ShowsAnotherExhibitWhenItHasEnded) {
  const std::string label = R"({"label": "odd", "ids": [30]})";
  const std::string before = get("/map.bin").body;
  EXPECT_TRUE(json::parse(get("/config").body)["watching"]);
  EXPECT_EQ(get("/image/30").status, 404);
  EXPECT_EQ(post("/place", "image").status, 404);
  EXPECT_EQ(post("/labels", label).status, 409);
  server_->replace(finished(), placing_);
  server_->tell(R"({"state": "ready"})");
  EXPECT_EQ(json::parse(get("/progress").body)["state"], "ready");
  const json config = json::parse(get("/config").body);
  EXPECT_FALSE(config["watching"]);
  EXPECT_TRUE(config["placing"]);
  EXPECT_TRUE(config["neighbors"]);
  EXPECT_NE(get("/").body.find("\"watching\":false"), std::string::npos);
  EXPECT_GT(get("/map.bin").body.size(), before.size());
  EXPECT_EQ(get("/image/30").status, 200);
  EXPECT_EQ(json::parse(get("/neighbors/30?count=2").body)["ids"].get<std::set<int>>(),
            (std::set{29, 31}));
  EXPECT_EQ(post("/place", "image").status, 200);
  EXPECT_EQ(post("/labels", label).status, 200);
}

/// While images are decoded there is no map, but what has come of them.
TEST_F(ServerTest, ShowsImagesBeforeThereIsAMap) {
  stop();
  Server server("photos", {.folder = run(), .watching = true});
  std::thread thread([&] { server.serve(); });
  httplib::Client client("127.0.0.1", server.port());
  const auto ask = [&](const char* path) { return answer_of(client.Get(path)); };
  server.tell(R"({"state": "decoding"})");
  EXPECT_NE(ask("/").body.find("\"arriving\":true"), std::string::npos);
  EXPECT_EQ(json::parse(ask("/config").body)["title"], "photos");
  EXPECT_EQ(json::parse(ask("/progress").body)["state"], "decoding");
  EXPECT_EQ(ask("/map.bin").status, 503);
  EXPECT_EQ(ask("/arrivals/0").status, 204);
  const std::vector<uint8_t> pixels(size_t{16} * 16 * 3, 200);
  for (int i = 0; i < 70; ++i) server.arrive(pixels, 16);
  const httplib::Response first = ask("/arrivals/0"), second = ask("/arrivals/1");
  EXPECT_EQ(first.get_header_value("X-Tsimcne-Count"), "64");
  EXPECT_EQ(second.get_header_value("X-Tsimcne-Count"), "6");
  EXPECT_TRUE(first.body.starts_with("\xff\xd8\xff"));
  EXPECT_EQ(ask("/arrivals/2").status, 204);
  EXPECT_EQ(ask("/arrivals/999999999").status, 204);
  server.arrive(std::vector<uint8_t>(size_t{8} * 8 * 3, 9), 8);  // all come anew
  EXPECT_EQ(ask("/arrivals/0").get_header_value("X-Tsimcne-Count"), "1");
  server.watch(small_exhibit(folder_.path() / "more", images, 16));
  EXPECT_FALSE(json::parse(ask("/config").body)["arriving"]);
  EXPECT_EQ(ask("/map.bin").status, 200);
  EXPECT_EQ(answer_of(client.Post("/stop")).status, 404);
  server.stop();
  thread.join();
}

TEST_F(ServerTest, AsksThatATrainingEndWhereThePageSaysSo) {
  stop();
  std::atomic<int> asked = 0;
  Server server("photos", {.folder = run(), .watching = true, .stop = [&] { ++asked; }});
  std::thread thread([&] { server.serve(); });
  httplib::Client client("127.0.0.1", server.port());
  EXPECT_EQ(answer_of(client.Post("/stop")).status, 200);
  EXPECT_EQ(asked, 1);
  const httplib::Headers foreign{{"Origin", "http://elsewhere.example"}};
  EXPECT_EQ(answer_of(client.Post("/stop", foreign, "", "text/plain")).status, 403);
  EXPECT_EQ(asked, 1);
  server.stop();
  thread.join();
}

/// A page that does not know it yet would else label, and show, other images than it means.
TEST_F(TrainingServer, RefusesWhatIsAskedOfTheExhibitBefore) {
  const auto headers_of = [&](const std::string& config) {
    return httplib::Headers{{"X-Tsimcne-Map", json::parse(config)["map"].get<std::string>()}};
  };
  const httplib::Headers before = headers_of(get("/config").body);
  EXPECT_EQ(get("/image/3", before).status, 200);
  server_->replace(finished(), placing_);
  const httplib::Headers after = headers_of(get("/config").body);
  const std::string label = R"({"label": "odd", "ids": [3]})";
  for (const char* path : {"/map.bin", "/points.bin", "/text.bin", "/image/3", "/atlas/0/0"}) {
    EXPECT_EQ(get(path, before).status, 409) << path;
    EXPECT_EQ(get(path, after).status, 200) << path;
  }
  EXPECT_EQ(post("/labels", label, before).status, 409);
  for (const auto& headers : {before, after}) EXPECT_EQ(get("/progress", headers).status, 200);
  EXPECT_EQ(get("/progress", {{"X-Tsimcne-Map", "another"}}).status, 409);
  EXPECT_FALSE(fs::exists(run() / "labels.csv"));
  EXPECT_EQ(post("/labels", label, after).status, 200);
}

TEST_F(TrainingServer, KeepsItsExhibitWhereTheNextIsDamaged) {
  const std::string before = get("/map.bin").body;
  Exhibit damaged = finished();
  damaged.map.points.values[3] = NAN;
  EXPECT_THROW(server_->replace(std::move(damaged), placing_), Error);
  EXPECT_EQ(get("/map.bin").body, before);
  EXPECT_TRUE(json::parse(get("/config").body)["watching"]);
}

TEST_F(TrainingServer, ReplacesItsExhibitWhileItIsAsked) {
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  const Exhibit next = finished();
  server_->replace(next, placing_);
  std::thread replacing([&] {
    for (int i = 0; i < 50; ++i) server_->replace(next, placing_);
    done = true;
  });
  ask_at_once(port_, [&](httplib::Client& client) {
    while (!done) {
      for (const char* path : {"/map.bin", "/text.bin", "/atlas/0/0", "/image/3", "/neighbors/3"}) {
        if (answer_of(client.Get(path)).status != 200) ++wrong;
      }
      if (answer_of(client.Post("/place", "image", "image/png")).status != 200) ++wrong;
    }
  });
  replacing.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(ServerTest, ExportsSelections) {
  const auto answer = post("/exports", R"({"name": "mine", "kind": "copies", "ids": [2]})");
  EXPECT_EQ(json::parse(answer.body)["folder"], "exports/mine") << answer.body;
  EXPECT_TRUE(fs::exists(run() / "exports/mine/images/dark/002.jpg"));
}

TEST_F(ServerTest, RefusesWhatIsNotThere) {
  folder_.write("run/secret.txt", "secret");
  for (const char* path : {"/secret.txt", "/run/secret.txt", "/../secret.txt", "/..%2fsecret.txt",
                           "/%2e%2e/secret.txt", "/image/../secret.txt",
                           "/image/%2e%2e%2fsecret.txt", "/image//etc/passwd", "//etc/passwd",
                           "/image/24", "/image/-1", "/image/99999999999999999999", "/image/1e1",
                           "/atlas/0/1", "/atlas/9/0", "/neighbors/24", "/labels.csv", "/image/"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body.find("secret\n"), std::string::npos);
    EXPECT_TRUE(json::parse(answer.body).contains("error")) << answer.body;
  }
}

TEST_F(ServerTest, RefusesWhatItDoesNotUnderstand) {
  for (const char* body :
       {"", "no json", "[]", "{}", R"({"label": "x"})", R"({"label": 3, "ids": [1]})",
        R"({"label": "x", "ids": []})", R"({"label": "x", "ids": [24]})",
        R"({"label": "x", "ids": [-1]})", R"({"label": "x", "ids": ["1"]})"}) {
    EXPECT_EQ(post("/labels", body).status, 400) << body;
  }
  const std::string long_name(300, 'x');
  EXPECT_EQ(post("/labels", json{{"label", long_name}, {"ids", {1}}}.dump()).status, 400);
  EXPECT_EQ(post("/exports", R"({"name": "../x", "kind": "csv", "ids": [1]})").status, 422);
  EXPECT_EQ(post("/exports", R"({"name": "x", "kind": "all", "ids": [1]})").status, 400);
  EXPECT_FALSE(fs::exists(run() / "labels.csv"));
  EXPECT_FALSE(fs::exists(run() / "exports"));
}

/// Also through a tunnel, whose port is another.
TEST_F(ServerTest, AnswersToThisMachinesNamesOnAnyPort) {
  for (const char* host :
       {"localhost", "localhost:9000", "LOCALHOST:8080", "localhost.:80", "map.localhost:9000",
        "127.0.0.1", "127.1.2.3:9000", "[::1]:9000", "[0:0:0:0:0:0:0:1]"}) {
    EXPECT_EQ(get("/map.bin", {{"Host", host}}).status, 200) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "notlocalhost",
                           "127.evil.example", "128.0.0.1", "127.0.0.1.evil.example:9000",
                           "[::2]:80", "[", "", ":", "evil.example:8080@localhost", "0x7f.1"}) {
    EXPECT_EQ(get("/map.bin", {{"Host", host}}).status, 403) << host;
  }
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 403);
}

TEST_F(ServerTest, TellsAPersonWhatToDoWhoIsRefused) {
  const auto page = get("/", {{"Host", "<b>maps.example.org"}, {"Accept", "text/html,*/*"}});
  EXPECT_EQ(page.status, 403);
  EXPECT_TRUE(page.get_header_value("Content-Type").starts_with("text/html"));
  EXPECT_NE(page.body.find("--host ADDRESS"), std::string::npos) << page.body;
  EXPECT_EQ(page.body.find("<b>"), std::string::npos) << page.body;
  const auto script = get("/", {{"Host", "maps.example.org"}});
  EXPECT_TRUE(json::parse(script.body).contains("error"));
}

const std::string one_label = R"({"label": "x", "ids": [1]})";

TEST_F(ServerTest, ListensToItsOwnPagesAlone) {
  const auto status = [&](const httplib::Headers& headers) {
    return post("/labels", one_label, headers).status;
  };
  EXPECT_EQ(status({{"Host", "localhost:9000"}, {"Origin", "http://localhost:9000"}}), 200);
  EXPECT_EQ(status({{"Host", "localhost:443"}, {"Origin", "https://localhost"}}), 200);
  // What ends TLS in front of the program may call it by its own name here.
  const httplib::Headers proxied{{"Host", "localhost:8080"},
                                 {"Origin", "https://maps.example.org"},
                                 {"X-Forwarded-Host", "maps.example.org, inner"}};
  EXPECT_EQ(status(proxied), 200);
  for (const char* origin :
       {"http://evil.example", "null", "http://localhost:9001", "https://localhost.evil.example",
        "file://", "https://", "localhost:9000"}) {
    EXPECT_EQ(status({{"Host", "localhost:9000"}, {"Origin", origin}}), 403) << origin;
    EXPECT_EQ(status({{"Host", "localhost:9000"},
                      {"Origin", origin},
                      {"X-Forwarded-Host", "maps.example.org"}}),
              403)
        << origin;
  }
  const auto refused =
      post("/labels", one_label, {{"Host", "localhost"}, {"Origin", "https://maps.example.org"}});
  EXPECT_NE(refused.body.find("--public-address https://maps.example.org/"), std::string::npos)
      << refused.body;
}

TEST_F(ServerTest, BehindAProxyIsReachedByItsPublicAddressAndToken) {
  stop();
  public_address_ = "https://Maps.example.org/mine";
  start("127.0.0.1");
  EXPECT_EQ(server_->address(), "https://Maps.example.org/mine/?token=" + token_);
  for (const char* host : {"localhost:8080", "maps.example.org"}) {
    httplib::Headers headers{{"Host", host}, {"Origin", "https://maps.example.org"}};
    EXPECT_EQ(get("/map.bin", headers).status, 403);
    EXPECT_EQ(post("/labels", one_label, headers).status, 403);
    headers.emplace("X-Tsimcne-Token", token_);
    EXPECT_EQ(get("/map.bin", headers).status, 200);
    EXPECT_EQ(post("/labels", one_label, headers).status, 200);
  }
  EXPECT_EQ(
      post("/labels", one_label, {{"X-Tsimcne-Token", token_}, {"Origin", "https://evil.example"}})
          .status,
      403);
  stop();
  for (const char* wrong : {"maps.example.org", "ftp://maps.example.org", "https://", "https:///x",
                            "https://maps.example.org/?token=1", "https://maps example.org"}) {
    EXPECT_THROW(Server(small_exhibit(folder_.path() / "images", images, 16),
                        {.public_address = wrong, .folder = run()}),
                 Error)
        << wrong;
  }
}

TEST_F(ServerTest, OutlivesBrokenRequests) {
  for (const std::string& request :
       {std::string("\r\n\r\n"), std::string("GET\r\n\r\n"), std::string(100'000, 'x'),
        "GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n",
        std::string("POST /place HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    "99999999999999999999\r\n\r\n"),
        std::string("POST /place HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1,5-2\r\n\r\n")}) {
    EXPECT_NE(status_of(request), 200);
  }
  EXPECT_EQ(get("/image/0").status, 200);
}

TEST_F(ServerTest, AnotherAddressAsksForTheToken) {
  stop();
  start("0.0.0.0");
  ASSERT_EQ(token_.size(), 32);
  EXPECT_EQ(get("/").status, 403);
  EXPECT_EQ(get("/map.bin?token=0").status, 403);
  EXPECT_EQ(get("/?token=" + token_).status, 200);
  EXPECT_EQ(get("/map.bin", {{"X-Tsimcne-Token", token_}}).status, 200);
  EXPECT_EQ(post("/labels", one_label).status, 403);
  for (const char* origin : {"http://maps.example.org", "https://maps.example.org"}) {
    EXPECT_EQ(post("/labels", one_label,
                   {{"X-Tsimcne-Token", token_}, {"Host", "maps.example.org"}, {"Origin", origin}})
                  .status,
              200);
  }
}

/// A page may outlive its server and meet that of another map at its address.
TEST_F(ServerTest, RefusesThePageOfAnotherMap) {
  const auto mark = [&] { return json::parse(get("/config").body)["map"].get<std::string>(); };
  const std::string before = mark();
  const auto statuses = [&](const std::string& of) {
    const httplib::Headers headers{{"X-Tsimcne-Map", of}};
    std::set<int> all;
    for (const char* path :
         {"/map.bin", "/points.bin", "/text.bin", "/image/3", "/atlas/0/0", "/neighbors/3"}) {
      all.insert(get(path, headers).status);
    }
    all.insert(post("/labels", one_label, headers).status);
    all.insert(post("/place", "image", headers).status);
    all.insert(post("/exports", R"({"name": "x", "kind": "copies", "ids": [1]})", headers).status);
    return all;
  };
  EXPECT_EQ(statuses(before), std::set{200});
  EXPECT_NE(get("/").body.find("\"map\":\"" + before + "\""), std::string::npos);
  fs::remove_all(run());
  stop();
  start("127.0.0.1");
  EXPECT_EQ(mark(), before);  // the same map again
  stop();
  count_ = images / 2;  // the first of its images are others now
  start("127.0.0.1");
  EXPECT_NE(mark(), before);
  EXPECT_EQ(statuses(before), std::set{409});
  EXPECT_TRUE(fs::is_empty(run()));
  const auto refused = post("/labels", one_label, {{"X-Tsimcne-Map", before}});
  EXPECT_EQ(json::parse(refused.body)["error"], "this page shows another map; reload it");
  EXPECT_EQ(statuses(mark()), std::set{200});
}

TEST_F(ServerTest, OutlivesAPackThatIsCutShort) {
  stop();
  fs::create_directories(run());
  const fs::path folder = folder_.path() / "images", pack = folder_.path() / "images.pack";
  Exhibit exhibit = small_exhibit(folder, images, 16);
  exhibit.images = open_images(folder, {.pack = pack});
  exhibit.originals.clear();
  server_ = std::make_unique<Server>(std::move(exhibit), ServerOptions{.folder = run()});
  thread_ = std::thread([this] { server_->serve(); });
  client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
  EXPECT_EQ(get("/image/15").status, 200);
  fs::resize_file(pack, 5000);
  for (const char* path : {"/image/15", "/atlas/0/0"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_NE(answer.body.find("images.pack is cut short"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(get("/map.bin").status, 200);
}

TEST_F(ServerTest, APortThatIsTakenIsSaid) {
  EXPECT_THROW(Server(small_exhibit(folder_.path() / "images", images, 16),
                      {.port = port_, .folder = run()}),
               Error);
}

/// Kilobytes of this process in memory.
int64_t resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6));
  }
  return 0;
}

TEST_F(ServerTest, FiftyClientsAtOnce) {
  std::atomic<int> wrong = 0;
  const auto ask = [&](std::chrono::milliseconds time) {
    std::vector<std::thread> clients;
    for (int c = 0; c < 50; ++c) {
      clients.emplace_back([&, c] {
        httplib::Client client("127.0.0.1", port_);
        client.set_keep_alive(true);
        client.set_read_timeout(30);
        const auto end = std::chrono::steady_clock::now() + time;
        for (int i = c; std::chrono::steady_clock::now() < end; ++i) {
          const std::string image = std::to_string(i % images);
          for (const std::string& path : {std::string("/map.bin"), std::string("/atlas/0/0"),
                                          "/image/" + image, "/neighbors/" + image}) {
            const auto result = client.Get(path);
            if (!result || result->status != 200) ++wrong;
          }
        }
      });
    }
    for (std::thread& client : clients) client.join();
  };
  ask(std::chrono::seconds(2));
  const int64_t before = resident();
  ask(std::chrono::seconds(4));
  EXPECT_EQ(wrong, 0);
  EXPECT_LT(resident() - before, 50'000);  // of some thousand answers
}

}  // namespace
}  // namespace tsimcne
