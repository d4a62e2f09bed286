#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/explore/exhibit.hpp"

namespace tsimcne {

/// Where a new image belongs.
struct Placed {
  std::vector<float> point;     // as wide as the map's
  std::vector<float> features;  // as wide as the map's; empty: not known
};

/// Places the image of which these bytes are the file. Throws an Error where they are none. Called
/// by one thread of the server's own, whichever request it is for.
using PlaceImage = std::function<Placed(std::string_view file)>;

struct ServerOptions {
  std::string host = "127.0.0.1";   // the address to listen on; on another than this machine's own,
                                    // nobody is answered who does not bring the server's token
  int port = 0;                     // 0: a free one
  std::string public_address = {};  // where a proxy serves it to others, who need the token, too
  std::filesystem::path folder;     // where the user's labels and exports are written
  PlaceImage place = {};            // none: new images are refused
  bool watching = false;            // the page is to ask how a training goes, and follow its points
  std::function<void()> stop = {};  // called where the page asks that the training end here
};

/// Shows an exhibit to browsers. Requests are taken for hostile: only this machine's own names are
/// listened to (or those who know the token; explore/gate.hpp), images are asked for by number,
/// uploads are bounded, and pages of other sites get nothing.
class Server {
 public:
  /// Listens from now on; searches and placing have as many OpenMP threads as the caller. Throws an
  /// Error where the port is taken or the exhibit is damaged.
  Server(Exhibit exhibit, const ServerOptions& options);
  /// The same before there is an exhibit: of images that arrive(), until watch().
  Server(const std::string& title, const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// For a browser: with the token where one is needed.
  const std::string& address() const;
  /// Where it listens.
  int port() const;
  /// Answers requests until stop().
  void serve();
  /// May be called by any thread, as all that follows.
  void stop();

  /// Shows an image (side x side, RGB) that has been decoded, before there is an exhibit.
  void arrive(std::span<const uint8_t> pixels, int side);
  /// Shows an exhibit whose points are about to move.
  void watch(Exhibit exhibit);
  /// Moves the points: as many as the map has, of as many dimensions.
  void move(const Matrix& points);
  /// What the page is told of the training: a JSON object with state ("decoding" images,
  /// "learning", "mapping", which is writing the results, "stopped" before its end and writing
  /// them, "ready", or "failed"), resume (the command that goes on with it), words (what is being
  /// done, or why it failed), done and total (images, while decoding), stage, stages, epoch,
  /// epochs, secondsLeft (null while it is not known), version (of the points), and losses, an
  /// object an epoch.
  void tell(std::string progress);
  /// Shows another exhibit from now on, and no training. Requests under way are answered on the one
  /// before, and later ones that name its map are refused, so that no image is taken for another.
  /// Throws an Error where the exhibit is damaged; all is then as it was.
  void replace(Exhibit exhibit, PlaceImage place);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tsimcne
