#include "coordinator/board/question.hpp"

#include "coordinator/board/known_codes.hpp"

namespace lab::board {
namespace {

constexpr std::uint64_t rounds_max = 4;  // quarterly, domain.md 4.2

Result<void> read_places(const http::Request& request, reports::Query& query) {
  if (std::string programme = text_in(request, "programme"); !programme.empty()) {
    query.programme = model::ProgrammeCode{std::move(programme)};
  }
  if (std::string category = text_in(request, "category"); !category.empty()) {
    query.category = model::CategoryCode{std::move(category)};
  }
  for (const auto& [field, put] : {std::pair<const char*, std::function<void(std::uint32_t)>>{
                                       "city", [&](std::uint32_t code) { query.city = model::CityCode{code}; }},
                                   {"county", [&](std::uint32_t code) { query.county = model::CountyCode{code}; }},
                                   {"lab", [&](std::uint32_t id) { query.laboratory = model::LaboratoryId{id}; }}}) {
    const auto number = number_in(request, field, 0);
    if (!number || *number > UINT32_MAX) return fail(ErrorCode::malformed, "应为编号", field);
    if (*number != 0) put(static_cast<std::uint32_t>(*number));
  }
  return {};
}

Result<void> read_kinds(const http::Request& request, reports::Query& query) {
  if (const std::string stage = text_in(request, "stage"); !stage.empty()) {
    query.stage = model::parse_stage(stage);
    if (!query.stage) return fail(ErrorCode::malformed, "没有这个环节", "stage");
  }
  const auto round = number_in(request, "round", 0);
  if (!round || *round > rounds_max) return fail(ErrorCode::malformed, "轮次应为 1 到 4", "round");
  if (*round != 0) query.round = static_cast<std::uint8_t>(*round);
  if (const std::string month = text_in(request, "month"); !month.empty()) {
    query.month = reports::parse_month(month);
    if (!query.month) return fail(ErrorCode::malformed, "月份应写作 2013-06", "month");
  }
  const std::string verdicts = text_in(request, "verdicts");
  if (!verdicts.empty() && verdicts != "first" && verdicts != "final") {
    return fail(ErrorCode::malformed, "应为 first 或 final", "verdicts");
  }
  query.verdicts = verdicts == "first" ? reports::Verdicts::first : reports::Verdicts::final;
  return {};
}

}  // namespace

Result<reports::Query> item_query_in(const Visit& visit, const journal::View& store) {
  const http::Request& request = visit.request;
  reports::Query query;
  auto axes = reports::parse_axes(text_in(request, "by"));
  if (!axes) return fail(std::move(axes));
  query.by = std::move(*axes);
  if (auto good = read_places(request, query); !good) return fail(std::move(good));
  if (auto good = read_kinds(request, query); !good) return fail(std::move(good));
  const auto comparable_from = number_in(request, "comparable_from", query.comparable_from);
  if (!comparable_from) return tl::unexpected(comparable_from.error());
  query.comparable_from = *comparable_from;
  if (std::string analyte = text_in(request, "analyte"); !analyte.empty()) query.analyte = std::move(analyte);
  const auto province = visit.provinces.get(store);
  if (auto good = check_known(store, province ? province->get() : nullptr, query); !good) return fail(std::move(good));
  return query;
}

Result<reports::Query> query_in(const Visit& visit, const journal::View& store) {
  auto query = item_query_in(visit, store);
  if (!query || !reports::is_of_items(*query)) return query;
  return fail(ErrorCode::malformed, "这里统计的是样品，不能按检测项目；请用 summary 或 export/tables",
              query->analyte ? "analyte" : "by");
}

Result<void> only_of_now(const http::Request& request, const char* why) {
  if (text_in(request, "as_of").empty()) return {};
  return fail(ErrorCode::malformed, why, "as_of");
}

Result<std::optional<UtcTime>> moment_in(const http::Request& request, UtcTime now) {
  std::string text = text_in(request, "as_of");
  if (text.empty()) return std::optional<UtcTime>{};
  constexpr std::string_view beijing = "+08:00";
  const bool is_beijing = text.ends_with(beijing);
  if (is_beijing) text.replace(text.size() - beijing.size(), beijing.size(), "Z");
  auto moment = parse_utc(text);
  if (!moment)
    return fail(ErrorCode::malformed, "时刻应写作 2013-06-03T09:00:00Z 或 2013-06-03T17:00:00+08:00", "as_of");
  if (is_beijing) *moment -= std::chrono::hours{8};
  if (*moment > now) return fail(ErrorCode::malformed, "时刻在将来，还没有那时的数字", "as_of");
  return std::optional<UtcTime>{*moment};
}

}  // namespace lab::board
