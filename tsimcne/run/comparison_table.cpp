#include "tsimcne/run/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tsimcne/duration.hpp"
#include "tsimcne/files/csv.hpp"

namespace tsimcne {

namespace {

/// A column of figures, of which more is better.
struct QualityColumn {
  std::optional<double> ComparedFigures::*figure;
  const char* title;
  const char* meaning;
  bool is_share;       // written in percent
  bool is_comparable;  // so that one of them is the best
};

constexpr std::array<QualityColumn, 4> quality = {
    {{&ComparedFigures::accuracy, "kNN accuracy",
      "the share of images whose label their nearest neighbours on the map tell", true, true},
     {&ComparedFigures::kept, "neighbours kept",
      "the share of an image's nearest by the common reference that are near it on the map", true,
      true},
     {&ComparedFigures::trustworthiness, "trustworthiness",
      "1 where all that is near on the map is near by the common reference too", false, true},
     {&ComparedFigures::features_kept, "features kept",
      "the share of an image's nearest by the method's own features that are near it on the map",
      true, false}}};

std::string words_for(double figure, bool is_share) {
  return is_share ? fmt::format("{:.1f} %", 100 * figure) : fmt::format("{:.3f}", figure);
}

std::string memory_in_words(int64_t bytes) {
  const double megabytes = static_cast<double>(bytes) / 1e6;
  return megabytes < 1000 ? fmt::format("{:.0f} MB", megabytes)
                          : fmt::format("{:.1f} GB", megabytes / 1000);
}

std::string time_in_words(double seconds) {
  return seconds < 10 ? fmt::format("{:.1f}s", seconds) : duration(seconds);
}

/// Letters of UTF-8, not bytes.
size_t letters_of(const std::string& text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, size_t width, bool right) {
  const std::string room(width - std::min(letters_of(text), width), ' ');
  return right ? room + text : text + room;
}

void add_quality(const ComparisonReport& report, const QualityColumn& column, PageTable& table) {
  std::string best;
  double most = -1;
  for (const ComparedFigures& row : report.rows) {
    if (const auto figure = row.*column.figure; figure && *figure > most) {
      most = *figure;
      best = words_for(most, column.is_share);
    }
  }
  if (best.empty()) return;
  const bool is_contest = column.is_comparable && report.maps.size() > 1;
  table.columns.push_back({column.title, column.meaning});
  for (size_t i = 0; i < report.rows.size(); ++i) {
    if (!table.rows[i].problem.empty()) continue;
    const auto figure = report.rows[i].*column.figure;
    const std::string text = figure ? words_for(*figure, column.is_share) : "";
    table.rows[i].cells.push_back({text, is_contest && text == best});
  }
}

std::string in_markdown(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '|') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

}  // namespace

PageTable table_of(const ComparisonReport& report) {
  PageTable table;
  table.first = "method";
  table.notes = report.notes;
  for (const ComparedFigures& row : report.rows) table.rows.push_back({row.name, {}, row.problem});
  for (const QualityColumn& column : quality) add_quality(report, column, table);
  table.columns.push_back({"time", "from the start of the program to the finished map"});
  table.columns.push_back({"memory", "at most"});
  for (size_t i = 0; i < report.rows.size(); ++i) {
    const ComparedFigures& row = report.rows[i];
    if (!row.problem.empty()) continue;
    table.rows[i].cells.push_back({row.seconds ? time_in_words(*row.seconds) : ""});
    table.rows[i].cells.push_back({row.memory > 0 ? memory_in_words(row.memory) : ""});
  }
  return table;
}

std::string text_of(const PageTable& table) {
  size_t first = letters_of(table.first);
  for (const PageTable::Row& row : table.rows) first = std::max(first, letters_of(row.name));
  std::vector<size_t> widths;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    widths.push_back(letters_of(table.columns[i].title));
    for (const PageTable::Row& row : table.rows) {
      if (row.problem.empty()) widths[i] = std::max(widths[i], letters_of(row.cells[i].text));
    }
  }
  std::string text = padded(table.first, first, /*right=*/false);
  for (size_t i = 0; i < widths.size(); ++i) {
    text += fmt::format("  {}", padded(table.columns[i].title, widths[i], /*right=*/true));
  }
  for (const PageTable::Row& row : table.rows) {
    text += fmt::format("\n{}", padded(row.name, first, /*right=*/false));
    if (!row.problem.empty()) text += fmt::format("  {}", row.problem);
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const std::string& cell = row.cells[i].text;
      text += fmt::format("  {}", padded(cell.empty() ? "-" : cell, widths[i], /*right=*/true));
    }
  }
  return text + "\n";
}

std::string markdown_of(const PageTable& table) {
  std::string text = fmt::format("| {} |", table.first), rule = "|---|";
  for (const PageTable::Column& column : table.columns) {
    text += fmt::format(" {} |", column.title);
    rule += "---:|";
  }
  text += fmt::format("\n{}\n", rule);
  for (const PageTable::Row& row : table.rows) {
    text += fmt::format("| {} |", row.name);
    if (!row.problem.empty()) text += fmt::format(" {} |", in_markdown(row.problem));
    for (const auto& [cell, best] : row.cells) {
      text += best ? fmt::format(" **{}** |", cell) : fmt::format(" {} |", cell);
    }
    text += "\n";
  }
  for (const std::string& note : table.notes) text += fmt::format("\n{}\n", note);
  return text;
}

std::string csv_of(const ComparisonReport& report) {
  std::string text =
      "method,knn_accuracy,neighbours_kept,trustworthiness,features_neighbours_kept,seconds,"
      "memory_bytes,problem\n";
  for (const ComparedFigures& row : report.rows) {
    text += quote_csv(row.name);
    for (const QualityColumn& column : quality) {
      const auto figure = row.*column.figure;
      text += figure ? fmt::format(",{:.6f}", *figure) : ",";
    }
    text += row.seconds ? fmt::format(",{:.2f}", *row.seconds) : ",";
    text += fmt::format(",{},{}\n", row.memory > 0 ? std::to_string(row.memory) : "",
                        quote_csv(row.problem));
  }
  return text;
}

std::string main_figure_of(const ComparedFigures& row) {
  if (row.accuracy) return words_for(*row.accuracy, true);
  return row.kept ? words_for(*row.kept, true) + " kept" : "";
}

}  // namespace tsimcne
