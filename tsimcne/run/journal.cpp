#include "tsimcne/run/journal.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

std::string line_of(const EpochRecord& epoch) {
  return nlohmann::ordered_json{{"stage", epoch.stage},
                                {"epoch", epoch.epoch},
                                {"loss", epoch.loss},
                                {"attraction", epoch.attraction},
                                {"repulsion", epoch.repulsion},
                                {"learning_rate", epoch.learning_rate},
                                {"dimensions", epoch.dimensions},
                                {"views_per_second", epoch.views_per_second},
                                {"seconds", epoch.seconds}}
             .dump() +
         "\n";
}

}  // namespace

Journal::Journal(std::filesystem::path file, const std::vector<EpochRecord>& epochs)
    : file_(std::move(file)), written_(epochs.size()) {
  std::string lines;
  for (const EpochRecord& epoch : epochs) lines += line_of(epoch);
  write_whole_file(file_, lines);
}

void Journal::add(const std::vector<EpochRecord>& epochs) {
  if (written_ == epochs.size()) return;
  std::ofstream out(file_, std::ios::app | std::ios::binary);
  while (written_ < epochs.size()) out << line_of(epochs[written_++]);
  if (!out.flush()) fail("{} cannot be written: {}", file_.string(), std::strerror(errno));
}

}  // namespace tsimcne
