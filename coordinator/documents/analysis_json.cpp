#include <nlohmann/json.hpp>

#include "coordinator/documents/analysis.hpp"

namespace lab::documents {
namespace {

using json = nlohmann::ordered_json;

Section section_of(const json& object) {
  Section section{.key = object.at("key"),
                  .heading = object.at("heading"),
                  .narrative = object.at("narrative"),
                  .columns = {},
                  .rows = object.at("rows").get<std::vector<Cells>>()};
  for (const json& column : object.at("columns")) {
    section.columns.push_back({column.at("heading"), column.at("figure"), column.at("width")});
  }
  return section;
}

}  // namespace

std::string to_json_text(const Analysis& analysis) {
  json facts = json::array();
  for (const auto& [what, value] : analysis.facts) facts.push_back({{"what", what}, {"value", value}});
  json sections = json::array();
  for (const Section& section : analysis.sections) {
    json columns = json::array();
    for (const Column& column : section.columns) {
      columns.push_back({{"heading", column.heading}, {"figure", column.is_figure}, {"width", column.width}});
    }
    sections.push_back({{"key", section.key},
                        {"heading", section.heading},
                        {"narrative", section.narrative},
                        {"columns", std::move(columns)},
                        {"rows", section.rows}});
  }
  return json{{"title", analysis.title}, {"facts", std::move(facts)}, {"sections", std::move(sections)}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

Result<Analysis> read_analysis(BytesView text) {
  const json object = json::parse(text, nullptr, false);
  try {
    Analysis analysis{.title = object.at("title"), .facts = {}, .sections = {}};
    for (const json& fact : object.at("facts")) analysis.facts.emplace_back(fact.at("what"), fact.at("value"));
    for (const json& section : object.at("sections")) analysis.sections.push_back(section_of(section));
    return analysis;
  } catch (const json::exception&) {
    return fail(ErrorCode::malformed, "报告的内容读不出来");
  }
}

}  // namespace lab::documents
