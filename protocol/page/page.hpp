#pragma once
// Documents of headings, paragraphs and tables as PDF on A4, for people to print and sign. Fonts are embedded, and
// every word can be found and copied again.

#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::page {

struct Heading {
  std::string text;
};

struct Paragraph {
  std::string text;       // line ends break it
  bool is_quiet = false;  // small and grey: what is said about the document itself
};

struct Column {
  std::string heading;
  double share = 1;        // of the width of the page, beside the other columns'
  bool is_figure = false;  // stands right
};

/// Its heading is repeated on every page that it goes on over. Rows are not broken; one that is higher than a page is
/// cut off at its foot.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

using Block = std::variant<Heading, Paragraph, Table>;

struct Document {
  std::string title;
  std::string head;     // on top of every page, small
  std::string foot;     // at the foot of every page, before its number
  std::string created;  // ISO 8601, for the properties: the same document gives the same octets
  std::vector<Block> blocks;
  bool is_landscape = false;  // for tables of many columns
};

/// Not_found, naming font and package, when the font (WenQuanYi Micro Hei, decisions/0020) is not installed: another
/// one in its place might draw boxes. Unavailable when it cannot be drawn. Any thread; each call is by itself.
Result<Bytes> to_pdf(const Document& document);

}  // namespace lab::page
