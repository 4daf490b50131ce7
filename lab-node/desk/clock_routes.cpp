#include "lab-node/desk/clock_routes.hpp"

#include "lab-node/desk/request.hpp"
#include "lab-node/tables/clocks.hpp"
#include "lab-node/tables/tables.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

constexpr std::size_t rows_max = 1'000;  // half a megabyte of JSON

json time_of(const std::optional<UtcTime>& time) { return time ? json(to_text(*time)) : json(nullptr); }

json line_of(const clocks::Clock& clock, const std::string& number) {
  return {{"number", number},
          {"task", to_text(clock.task)},
          {"kind", clocks::name_of(clock.kind)},
          {"kind_name", clocks::chinese_name_of(clock.kind)},
          {"state", clocks::name_of(clocks::state_of(clock))},
          {"started", to_text(clock.started)},
          {"due", to_text(clock.due.at)},
          {"from_weekends", clock.due.from_weekends},
          {"period", clocks::chinese_of(clock.period)},
          {"source", clock.source},
          {"fired", time_of(clock.fired)},
          {"met", time_of(clock.met)}};
}

http::Response clock_list(const Office& office, const http::Request& request) {
  const auto limit = service::limit_in(request, rows_max);
  if (!limit) return problem_of(limit.error());
  const std::string which = service::text_in(request, "state");
  if (!which.empty() && which != "open" && which != "all") {
    return problem_of({ErrorCode::malformed, "state 须为 open 或 all", "state"});
  }
  const auto view = office.store.read();
  json lines = json::array();
  std::uint64_t late = 0;
  std::uint64_t running = 0;
  const auto add = [&](const clocks::Clock& clock) {
    const auto state = clocks::state_of(clock);
    // What is kept is no task of anybody; it is told by its own page and by the whole list.
    if (which != "all" && !clocks::is_duty(clock.kind)) return true;
    late += state == clocks::ClockState::late;
    running += state == clocks::ClockState::running;
    if (lines.size() == *limit) return true;
    const auto sample = tables::sample(*view, clock.task);
    if (sample) lines.push_back(line_of(clock, sample->grant.number.text()));
    return true;
  };
  if (which == "all") {
    tables::clock_table.for_each(*view, add);
  } else {
    tables::clock_table.for_each_open(*view, add);
  }
  return answer({{"clocks", std::move(lines)}, {"counts", {{"late", late}, {"running", running}}}});
}

}  // namespace

void add_clock_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/clocks",
           [&office](const http::Request& request) { return clock_list(office, request); });
}

}  // namespace lab::desk
