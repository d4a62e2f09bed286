#pragma once

#include <string>

#include "tsimcne/explore/comparison_page.hpp"
#include "tsimcne/run/comparison_report.hpp"

namespace tsimcne {

/// The table of a comparison in words, without columns of which nothing is known.
PageTable table_of(const ComparisonReport& report);

/// The same for a terminal, columns below each other; for a text in Markdown; and, with all digits
/// and all columns, as comma-separated values.
std::string text_of(const PageTable& table);
std::string markdown_of(const PageTable& table);
std::string csv_of(const ComparisonReport& report);

/// The figure by which maps are told apart at a glance: "83.1 %".
std::string main_figure_of(const ComparedFigures& row);

}  // namespace tsimcne
