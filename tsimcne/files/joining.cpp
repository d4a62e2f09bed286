#include "tsimcne/files/joining.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/unicode.hpp"

namespace tsimcne {
namespace {

/// What a column of names may be called, less case and what parts words; the first is preferred.
constexpr std::array<std::string_view, 14> key_names = {
    "path",          "imagepath", "filepath", "imgpath", "filename", "imagename", "imagefile",
    "imagefilename", "file",      "image",    "img",     "imgname",  "name",      "photo"};

/// So many columns are looked at for names.
constexpr size_t most_columns = 1000;

/// The closer of two fits is the smaller.
enum class Fit { path, below, file_name, ending, none };

using Entry = std::pair<std::string_view, int64_t>;  // a name and its image

/// As names are compared: composed, with slashes, and without "./" in front.
std::string plain_name(std::string_view text) {
  std::string name = composed(text);
  std::ranges::replace(name, '\\', '/');
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

std::string_view file_name_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

/// The dot and what follows it; "" where there is none.
std::string_view ending_of(std::string_view path) {
  const std::string_view name = file_name_of(path);
  const size_t dot = name.rfind('.');
  return dot == name.npos || dot == 0 ? "" : name.substr(dot);
}

std::string_view without_ending(std::string_view path) {
  return path.substr(0, path.size() - ending_of(path).size());
}

/// The last parts of a path; nothing where it has fewer.
std::optional<std::string_view> last_parts(std::string_view path, size_t parts) {
  size_t from = path.size();
  for (; parts > 0; --parts) {
    if (from == 0) return std::nullopt;
    const size_t slash = path.rfind('/', from - 1);
    from = slash == path.npos ? 0 : slash;
  }
  return from == 0 ? path : path.substr(from + 1);
}

/// Images by their path, whole or less folders in front.
class Index {
 public:
  explicit Index(std::vector<std::string_view> paths) : paths_(std::move(paths)) {
    whole_ = sorted([](std::string_view path) { return std::optional(path); });
    for (const std::string_view path : paths_) {
      deepest_ = std::max(deepest_, static_cast<size_t>(std::ranges::count(path, '/')) + 1);
    }
  }

  std::span<const Entry> called(std::string_view path) const { return find(whole_, path); }

  std::span<const Entry> ending_in(std::string_view name) {
    const size_t parts = static_cast<size_t>(std::ranges::count(name, '/')) + 1;
    if (parts > deepest_) return {};
    const auto [entries, is_new] = of_parts_.try_emplace(parts);
    if (is_new) {
      entries->second = sorted([&](std::string_view path) { return last_parts(path, parts); });
    }
    return find(entries->second, name);
  }

 private:
  template <class Part>
  std::vector<Entry> sorted(const Part& part) const {
    std::vector<Entry> entries;
    for (size_t i = 0; i < paths_.size(); ++i) {
      if (const auto name = part(paths_[i])) entries.emplace_back(*name, i);
    }
    std::ranges::sort(entries);
    return entries;
  }

  static std::span<const Entry> find(const std::vector<Entry>& entries, std::string_view name) {
    const auto range = std::ranges::equal_range(entries, name, {}, &Entry::first);
    return {range.begin(), range.end()};
  }

  std::vector<std::string_view> paths_;
  std::vector<Entry> whole_;
  std::map<size_t, std::vector<Entry>> of_parts_;
  size_t deepest_ = 0;
};

struct Match {
  Fit fit = Fit::none;
  std::span<const Entry> images;
};

/// Names of images, and which of them a row's name fits.
class Images {
 public:
  explicit Images(const std::vector<std::string>& paths)
      : names_(plain_names(paths)), whole_(views(names_)), bare_(bare_views(names_)) {
    for (const std::string& name : names_) endings_.insert(ending_of(name));
  }

  size_t count() const { return names_.size(); }

  /// is_one_row: whether no other row has this file name.
  template <class IsOneRow>
  Match find(std::string_view key, const IsOneRow& is_one_row) {
    if (key.empty()) return {};
    if (const Match match = find_path(whole_, key); match.fit != Fit::none) return match;
    if (const std::string_view name = file_name_of(key); name.size() < key.size()) {
      const auto images = whole_.ending_in(name);
      if (images.size() == 1 && is_one_row(name)) return {Fit::file_name, images};
    }
    for (const std::string_view bare : {key, without_ending(key)}) {
      const Match match = find_path(bare_, bare);
      if (match.fit != Fit::none) return {Fit::ending, match.images};
    }
    return {};
  }

  /// Whether a name ends as one of the images', or is a number: no column is called so.
  bool may_be_name(std::string_view key) const {
    const bool is_number = !key.empty() && key.find_first_not_of("0123456789") == key.npos;
    const std::string_view ending = ending_of(key);
    return is_number || (!ending.empty() && endings_.contains(ending));
  }

 private:
  static std::vector<std::string> plain_names(const std::vector<std::string>& paths) {
    std::vector<std::string> names;
    for (const std::string& path : paths) names.push_back(plain_name(path));
    return names;
  }
  static std::vector<std::string_view> views(const std::vector<std::string>& names) {
    return {names.begin(), names.end()};
  }
  static std::vector<std::string_view> bare_views(const std::vector<std::string>& names) {
    std::vector<std::string_view> bare;
    for (const std::string& name : names) bare.push_back(without_ending(name));
    return bare;
  }

  static Match find_path(Index& index, std::string_view key) {
    if (const auto images = index.called(key); !images.empty()) return {Fit::path, images};
    if (const auto images = index.ending_in(key); !images.empty()) return {Fit::below, images};
    for (size_t slash = key.find('/'); slash != key.npos; slash = key.find('/', slash + 1)) {
      const auto images = index.called(key.substr(slash + 1));
      if (!images.empty()) return {Fit::below, images};
    }
    return {};
  }

  std::vector<std::string> names_;
  Index whole_, bare_;  // with and without endings
  std::unordered_set<std::string_view> endings_;
};

/// A header's word in small letters, without what parts words.
std::string bare_word(std::string_view text) {
  std::string word;
  for (const char c : trimmed(text)) {
    if (c >= 'A' && c <= 'Z') word += static_cast<char>(c - 'A' + 'a');
    if (!(c >= 'A' && c <= 'Z') && c != '_' && c != '-' && c != ' ' && c != '.') word += c;
  }
  return word;
}

bool is_key_name(const std::string& field) {
  return std::ranges::find(key_names, bare_word(field)) != key_names.end();
}

/// How often each file name is in a column.
class FileNames {
 public:
  explicit FileNames(const std::vector<std::string>& keys) : keys_(keys) {}

  bool is_once(std::string_view name) {
    if (counts_.empty()) {
      for (const std::string& key : keys_) ++counts_[file_name_of(key)];
    }
    return counts_[name] == 1;
  }

 private:
  const std::vector<std::string>& keys_;
  std::unordered_map<std::string_view, int64_t> counts_;
};

class Joiner {
 public:
  Joiner(const Sheet& sheet, const std::vector<std::string>& paths)
      : sheet_(sheet), images_(paths), has_words_(begins_with_words()) {}

  Joining join(bool ids) {
    Joining joining = find(ids);
    if (!joining.has_header || sheet_.rows.empty()) return joining;
    for (const std::string& field : sheet_.rows.front()) joining.names.emplace_back(trimmed(field));
    return joining;
  }

 private:
  /// By a column with a name of names, else by the one that fits most images, be it by their
  /// numbers.
  Joining find(bool ids) {
    std::vector<size_t> columns;
    for (const std::string_view name : key_names) {
      for (const size_t column : columns_called(name)) columns.push_back(column);
    }
    columns.resize(std::min(columns.size(), most_columns));
    Joining best = best_of(columns, Fit::ending);
    if (best.images_with_row() > 0) return best;
    // Beside a column that should have the names, numbers may be bare names by accident alone.
    const Fit weakest = columns.empty() ? Fit::ending : Fit::file_name;
    columns.resize(std::min(sheet_.width(), most_columns));
    std::iota(columns.begin(), columns.end(), size_t{0});
    best = best_of(columns, weakest);
    Joining by_id = ids ? join_by_id() : Joining();
    return by_id.images_with_row() > best.images_with_row() ? by_id : best;
  }

  /// By the images' numbers; of nobody where these are something else.
  Joining join_by_id() const {
    for (const size_t column : columns_called("id")) {
      Joining joining = begin(column, /*has_header=*/true);
      const auto count = static_cast<int64_t>(images_.count());
      for (size_t row = 1; row < sheet_.rows.size(); ++row) {
        const std::string_view field = trimmed(sheet_.rows[row][column]);
        int64_t id = -1;
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), id);
        if (end != field.data() + field.size() || id < 0 || id >= count) {
          lose(joining, std::string(field));
        } else if (int64_t& taken = joining.rows[static_cast<size_t>(id)]; taken < 0) {
          taken = static_cast<int64_t>(row);
        } else {
          joining.rivals.push_back({taken, static_cast<int64_t>(row)});
        }
      }
      return joining;
    }
    return {};
  }

  /// Whether a column is called as one of names is, and no name of an image stands beside that.
  bool begins_with_words() {
    if (sheet_.rows.empty()) return false;
    bool found = false;
    for (const std::string& field : sheet_.rows.front()) {
      const std::string name = plain_name(trimmed(field));
      if (is_key_name(field) || bare_word(field) == "id") {
        found = true;
      } else if (images_.find(name, [](auto) { return false; }).fit < Fit::ending) {
        return false;
      }
    }
    return found;
  }

  std::vector<size_t> columns_called(std::string_view name) const {
    std::vector<size_t> columns;
    for (size_t c = 0; has_words_ && c < sheet_.width(); ++c) {
      if (bare_word(sheet_.rows.front()[c]) == name) columns.push_back(c);
    }
    return columns;
  }

  Joining best_of(const std::vector<size_t>& columns, Fit weakest) {
    Joining best = begin(0, has_words_);
    int64_t most = 0;
    for (const size_t column : columns) {
      Joining joining = join_by(column, weakest);
      const int64_t fitting = joining.images_with_row();
      if (fitting > most) best = std::move(joining);
      most = std::max(most, fitting);
    }
    return best;
  }

  Joining begin(size_t column, bool has_header) const {
    Joining joining;
    joining.key = column;
    joining.has_header = has_header;
    joining.rows.assign(images_.count(), -1);
    return joining;
  }

  static void lose(Joining& joining, const std::string& name) {
    if (joining.lost++ == 0) joining.first_lost = name;
  }

  Joining join_by(size_t column, Fit weakest) {
    std::vector<std::string> keys;
    for (const auto& row : sheet_.rows) keys.push_back(plain_name(trimmed(row[column])));
    FileNames file_names(keys);
    std::vector<Match> matches;
    for (const std::string& key : keys) {
      matches.push_back(
          images_.find(key, [&](std::string_view name) { return file_names.is_once(name); }));
      if (matches.back().fit > weakest) matches.back() = {};
    }
    const bool is_header =
        has_words_ || (matches[0].fit == Fit::none && !images_.may_be_name(keys[0]));
    Joining joining = begin(column, is_header);
    give(joining, matches);
    count_rows(joining, matches, keys);
    return joining;
  }

  /// Gives each image the closest of the rows that fit it, the first of several.
  static void give(Joining& joining, const std::vector<Match>& matches) {
    std::vector<Fit> fits(joining.rows.size(), Fit::none);
    std::map<std::pair<Fit, const Entry*>, int64_t> given;  // by the images that a name fits
    for (size_t at = joining.has_header ? 1 : 0; at < matches.size(); ++at) {
      const Match& match = matches[at];
      const auto row = static_cast<int64_t>(at);
      if (match.images.empty()) continue;
      if (const auto [same, is_new] = given.try_emplace({match.fit, match.images.data()}, row);
          !is_new) {
        joining.rivals.push_back({same->second, row});
        continue;
      }
      for (const auto& [name, image] : match.images) {
        Fit& fit = fits[static_cast<size_t>(image)];
        int64_t& taken = joining.rows[static_cast<size_t>(image)];
        if (match.fit == fit) joining.rivals.push_back({taken, row});
        if (match.fit < fit) taken = row;
        fit = std::min(fit, match.fit);
      }
    }
  }

  static void count_rows(Joining& joining, const std::vector<Match>& matches,
                         const std::vector<std::string>& keys) {
    for (size_t row = joining.has_header ? 1 : 0; row < matches.size(); ++row) {
      const size_t images = matches[row].images.size();
      if (images == 0) lose(joining, keys[row]);
      if (images > 1 && joining.shared++ == 0) {
        joining.first_shared = keys[row];
        joining.images_of_first_shared = images;
      }
    }
  }

  const Sheet& sheet_;
  Images images_;
  bool has_words_;
};

}  // namespace

int64_t Joining::images_with_row() const {
  return std::ranges::count_if(rows, [](int64_t row) { return row >= 0; });
}

std::string Joining::told() const {
  std::string text;
  if (lost > 0) {
    text += fmt::format(
        "; {} no image{}: {}", lost == 1 ? "1 row names" : fmt::format("{} rows name", lost),
        lost == 1 ? "" : ", the first", first_lost.empty() ? "(empty)" : first_lost);
  }
  if (shared > 0) {
    text += fmt::format("; {} several images{}: {}, of {} images",
                        shared == 1 ? "1 row names" : fmt::format("{} rows name", shared),
                        shared == 1 ? "" : ", the first", first_shared, images_of_first_shared);
  }
  return text;
}

std::vector<std::string> Joining::column(const Sheet& sheet, size_t column) const {
  std::vector<std::string> texts;
  for (const int64_t row : rows) {
    texts.push_back(row < 0 ? "" : sheet.rows[static_cast<size_t>(row)][column]);
  }
  return texts;
}

Joining join(const Sheet& sheet, const std::vector<std::string>& paths, bool ids) {
  Joining joining = Joiner(sheet, paths).join(ids);
  if (joining.images_with_row() > 0) return joining;
  const auto first = sheet.rows.empty() ? std::vector<std::string>() : sheet.rows.front();
  fail(
      "{} has {} row{} and none names one of the {} images: expected a column called path, file, "
      "image or name, or any other, with names like {}; its first row is {:.200}",
      sheet.name, sheet.rows.size(), sheet.rows.size() == 1 ? "" : "s", paths.size(),
      paths.empty() ? "" : paths.front(), fmt::format("{}", fmt::join(first, ",")));
}

void require_agreement(const Sheet& sheet, const Joining& joining,
                       std::span<const size_t> columns) {
  for (const auto& [one, other] : joining.rivals) {
    const auto& a = sheet.rows[static_cast<size_t>(one)];
    const auto& b = sheet.rows[static_cast<size_t>(other)];
    for (const size_t column : columns) {
      if (trimmed(a[column]) == trimmed(b[column])) continue;
      fail("{} gives {} \"{}\" in row {} and \"{}\" in row {}; leave one of them", sheet.name,
           a[joining.key], a[column], sheet.numbers[static_cast<size_t>(one)], b[column],
           sheet.numbers[static_cast<size_t>(other)]);
    }
  }
}

}  // namespace tsimcne
