#include "tsimcne/run/run.hpp"

#include <algorithm>
#include <chrono>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/images/summary.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/picture/picture.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes most_lost{5};  // of work, where the program dies
constexpr double share_of_saving = 0.01;      // of the time

/// Says that the map will not be the very same as one that is made on `cores` of them.
void tell_cores(int64_t cores, const Settings& settings, const Listener& listener) {
  const int64_t now = settings.whole("cores");
  if (cores == 0 || cores == now) return;
  listener.tell(fmt::format(
      "This goes on {} core{}, and the run was begun on {}: the map may differ in its last "
      "digits.\n",
      now, now == 1 ? "" : "s", cores));
}

/// The first line in which two configs differ but for what may change; "" where there is none.
std::string difference(const Settings& settings, const Settings& written) {
  for (const Setting& setting : settings.declared()) {
    if (setting.name == "threads" || setting.name == "cores") continue;
    const std::string value = entry_of(settings, setting.name);
    const std::string own = entry_of(written, setting.name);
    if (value == own) continue;
    return fmt::format("{}={} is not what the run was started with ({})", setting.name, value,
                       own.empty() ? "nothing" : own);
  }
  return "";
}

/// Throws an Error that names the line where the config says something else than was done so far.
void refuse_edited(const Settings& settings, const RunFolder& folder) {
  const std::vector<std::string> written = folder.written_configs();
  if (written.empty()) return;  // by a version that did not keep them
  std::vector<std::string> edited;
  for (const std::string& text : written) {
    edited.push_back(difference(settings, settings_of(text)));
    if (edited.back().empty()) return;
  }
  fail("{}: {}; put that back to go on, or start another run: tsimcne fit --config {} -o NEW",
       folder.config().string(), edited.front(), folder.config().string());
}

/// The images of an older run that is about to be replaced; "" where they cannot be told.
std::string fingerprint_in(const fs::path& folder) try {
  return read_pack(folder / "images.pack").fingerprint();
} catch (const Error&) {
  return "";
}

/// Says where the labels are that were written on an older map, of other images as far as is known.
void tell_aside(const fs::path& labels, const Listener& listener) {
  if (labels.empty()) return;
  listener.tell(fmt::format("{} is of other images and is now {}\n", labels_file,
                            labels.filename().string()));
}

/// What must be right before an older run is replaced.
void require_sound(const Settings& settings, const fs::path& folder, bool force) {
  if (!settings.has("input")) fail("fit needs INPUT: {}", names_of_input_forms());
  const std::vector<fs::path> inputs = settings.paths("input");
  const bool has_rows = takes_rows(settings) && fs::exists(inputs.front());
  if (!has_rows) {
    for (const fs::path& input : inputs) require_input(input);
  } else if (const MethodEntry& method = method_named(settings.text("method"));
             !method.takes_rows) {
    fail("{} is rows of numbers, and --method {} learns from images; methods that take rows are {}",
         inputs.front().string(), method.name, names_of_row_methods());
  }
  if (!force) return;
  for (const Setting& setting : settings.declared()) {
    using Kind = Setting::Kind;
    std::vector<fs::path> named;
    if (setting.kind == Kind::paths) named = settings.paths(setting.name);
    if (setting.kind == Kind::path || setting.kind == Kind::text) {
      named.push_back(settings.path(setting.name));
    }
    const bool is_lost = std::ranges::any_of(
        named, [&](const fs::path& path) { return would_remove(folder, path); });
    if (!is_lost) continue;
    fail("{} lies in the run that --force replaces; name another folder with -o",
         settings.text(setting.name));
  }
}

/// The images of the run: decoded now, or, where an earlier program got that far, from its pack.
ImageSet images_of(const Settings& settings, const RunFolder& folder, const Listener& listener,
                   bool resumes) {
  const std::vector<fs::path> inputs = settings.paths("input");
  if (resumes && fs::exists(folder.pack())) {
    ImageSet images = read_pack(folder.pack());
    const std::string stamp = stamp_of_source(inputs);
    if (!stamp.empty() && stamp != images.source_stamp()) {
      listener.tell(fmt::format(
          "{} has changed since the run was started; the run goes on with its images as they were "
          "then.\n",
          settings.text("input")));
    }
    return images;
  }
  ImageOptions how = image_options_of(settings);
  how.pack = folder.pack();
  how.progress = listener.counting("decoding");
  how.decoded = listener.decoded;
  how.tell = [&](const std::string& sentence) { listener.tell(sentence + "\n"); };
  return open_images(inputs, how);
}

bool all_same(const ImageSet& images) {
  for (int64_t i = 1; i < images.size(); ++i) {
    if (!std::ranges::equal(images.pixels(i), images.pixels(0))) return false;
  }
  return true;
}

/// What a person should know of a map that is odd; "" where it is not.
std::string doubts_on(const Map& map, const Input& input, const Method& method) {
  std::string doubts = method.doubts(map);
  if (doubts.empty() || !input.images || !all_same(*input.images)) return doubts;
  return fmt::format("all {} images are the same, pixel by pixel, so the map tells nothing",
                     input.images->size());
}

Input rows_of(const Settings& settings) {
  for (const char* const name : {"labels", "limit", "image-size"}) {
    if (settings.has(name)) {
      fail("--{} is for images, and {} is rows of numbers; leave it out", name,
           settings.text("input"));
    }
  }
  NumberRows rows = read_number_rows(settings.path("input"));
  return {std::nullopt, std::make_shared<const Matrix>(std::move(rows.numbers)),
          std::move(rows.catalog)};
}

/// Throws an Error where images that were looked at were not what the pack should hold.
void expect_whole(const Input& input) {
  if (input.images) input.images->expect_whole();
}

/// Opens the input and says what is in it.
Input input_of(Settings& settings, const RunFolder& folder, const Listener& listener,
               bool resumes) {
  if (takes_rows(settings)) {
    Input input = rows_of(settings);
    listener.tell(fmt::format("{} rows of {} numbers\n", input.rows->rows, input.rows->cols));
    return input;
  }
  ImageSet images = images_of(settings, folder, listener, resumes);
  listener.tell(summary(images));
  write_skipped(images.skipped(), folder.skipped());
  settings.set("image-size", int64_t{images.side()});
  Catalog catalog = images.catalog();
  return {std::move(images), nullptr, std::move(catalog)};
}

}  // namespace

Run::Run(RunFolder folder, Settings settings, Input input, std::unique_ptr<Method> method)
    : folder_(std::move(folder)),
      settings_(std::move(settings)),
      input_(std::move(input)),
      method_(std::move(method)),
      journal_(folder_.metrics(), method_->history()),
      save_sparingly_(share_of_saving, [method = method_.get(), file = folder_.checkpoint()] {
        method->save(file);
      }) {
  if (!method_->finished()) folder_.set_finished(false);
  method_->record(settings_);  // a checkpoint's plan may be older than a revised one
  write_config();
  save_sparingly_();
}

Run Run::start(RunFolder& folder, Settings settings, const Listener& listener, bool resumes) {
  const auto now = Clock::now();
  if (const std::string doubt = folder.doubt(); !doubt.empty() && listener.warn) {
    listener.warn("Warning: " + doubt + "\n");
  }
  const bool goes_on = resumes && fs::exists(folder.checkpoint());
  Input input = input_of(settings, folder, listener, resumes);
  if (listener.opened) listener.opened(input);
  std::unique_ptr<Method> method;
  {
    const Beginning beginning{input, settings, now, listener};
    method = goes_on ? load_method(folder.checkpoint(), beginning) : begin_method(beginning);
  }
  expect_whole(input);
  return {std::move(folder), std::move(settings), std::move(input), std::move(method)};
}

Run Run::begin(Settings settings, const fs::path& folder, const Listener& listener, bool force) {
  const int64_t cores = settings.whole("cores");  // of the run that this is a replay of
  settle(settings);
  require_sound(settings, folder, force);
  tell_cores(cores, settings, listener);
  const std::string older_images = fingerprint_in(folder);
  RunFolder made = RunFolder::create(folder, force);
  const fs::path labels = made.set_labels_aside();
  made.write_config(config_of(settings));
  const RunFolder kept = RunFolder::read(folder);
  try {
    Run run = start(made, std::move(settings), listener, /*resumes=*/false);
    if (!labels.empty()) run.keep_labels(labels, older_images, listener);
    return run;
  } catch (const Stopped&) {
    tell_aside(labels, listener);
    throw;
  } catch (...) {
    kept.discard();
    tell_aside(labels, listener);
    throw;
  }
}

Run Run::resume(const fs::path& folder, const Listener& listener, int64_t threads) {
  RunFolder made = RunFolder::resume(folder);
  Settings settings = read_config(made.config());
  refuse_edited(settings, made);
  const int64_t cores = settings.whole("cores");
  if (threads > 0) settings.set("threads", threads);
  settings.set("cores", int64_t{use_threads(static_cast<int>(settings.whole("threads")))});
  tell_cores(cores, settings, listener);
  return start(made, std::move(settings), listener, /*resumes=*/true);
}

/// Labels that were written on an older map here stay with its images.
void Run::keep_labels(const fs::path& aside, const std::string& images, const Listener& listener) {
  if (input_.images && input_.images->fingerprint() == images) {
    fs::rename(aside, aside.parent_path() / labels_file);
  } else {
    tell_aside(aside, listener);
  }
}

void Run::write_config() const {
  folder_.write_config(config_of(settings_));
}

void Run::advance() {
  const size_t epochs = method_->history().size();
  try {
    method_->advance();
    expect_whole(input_);
  } catch (const Error& error) {
    if (!fs::exists(folder_.checkpoint())) throw;
    fail("{}; the last good checkpoint is {}, from before that", error.what(),
         folder_.checkpoint().string());
  }
  if (method_->record(settings_)) {
    save();  // a run that dies goes on by the same plan
    write_config();
  }
  journal_.add(method_->history());
  const bool epoch_ends = method_->history().size() > epochs;
  if (epoch_ends || Clock::now() - save_sparingly_.done() > most_lost) save_sparingly_();
}

void Run::save() const {
  method_->save(folder_.checkpoint());
}

Map Run::finish(const Listener& listener) {
  save();
  Map map = method_->map(listener);
  expect_whole(input_);
  method_->save_function(folder_.model(), listener);
  write_map(map, folder_.path());
  const std::string doubt = draw_map(map, {}, folder_.picture());
  if (!doubt.empty() && listener.warn) listener.warn("Warning: in map.png " + doubt + "\n");
  if (method_->finished()) folder_.set_finished(true);
  if (!map.note.empty()) listener.tell(map.note + ".\n");
  listener.tell(fmt::format("A map of {} {}{} is in {}: map.csv, map.npy, map.png\n", map.size(),
                            input_.images ? "image" : "row", map.size() == 1 ? "" : "s",
                            folder_.path().string()));
  if (const std::string doubts = doubts_on(map, input_, *method_);
      !doubts.empty() && listener.warn) {
    listener.warn("Warning: " + doubts + "\n");
  }
  return map;
}

}  // namespace tsimcne
