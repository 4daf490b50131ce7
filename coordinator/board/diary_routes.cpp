// What the coordinator decided, and who asked for it: from the beginning for whoever checks the chain, from the end for
// people.

#include <algorithm>
#include <functional>
#include <vector>

#include "coordinator/board/diary_parts.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/tables/diary.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

/// Entries looked at for one page from the end; a filter that matches nothing goes on where it stopped.
constexpr std::uint64_t looked_at_max = 50'000;
/// Read at once on the way back: the store is read forwards only.
constexpr std::uint64_t block = 500;

json row_of(const tables::DiaryEntry& entry) {
  json row{{"sequence", entry.sequence}, {"previous", to_hex(entry.previous.view())},
           {"at", to_text(entry.at)},    {"kind", tables::name_of(entry.kind)},
           {"subject", entry.subject},   {"form", nullptr},
           {"parts", json::object()}};
  if (const auto parts = diary_parts(entry.kind, entry.subject)) {
    row["form"] = parts->form;
    for (const auto& [name, value] : parts->fields) row["parts"][name] = value;
  }
  return row;
}

struct Filter {
  std::string kind{};
  std::string without{};  // of another kind than this: laboratories' events are told by thousands between decisions
  std::string words{};
  std::optional<CivilDate> from{};
  std::optional<CivilDate> to{};

  [[nodiscard]] bool takes(const tables::DiaryEntry& entry) const {
    if (!kind.empty() && tables::name_of(entry.kind) != kind) return false;
    if (tables::name_of(entry.kind) == without) return false;
    if (!words.empty() && entry.subject.find(words) == std::string::npos) return false;
    const CivilDate day = civil_date(entry.at);
    return (!from || day >= *from) && (!to || day <= *to);
  }
};

Result<Filter> filter_in(const http::Request& request) {
  Filter filter{
      .kind = text_in(request, "kind"), .without = text_in(request, "without"), .words = text_in(request, "q")};
  for (const auto& [field, place] : {std::pair{"from", &filter.from}, std::pair{"to", &filter.to}}) {
    const std::string text = text_in(request, field);
    *place = parse_date(text);
    if (!text.empty() && !*place) return fail(ErrorCode::malformed, "应为 2013-06-03 这样的日期", field);
  }
  return filter;
}

// Entries before `before`, the newest first. Sequence numbers have no gaps.
void read_back(const journal::View& store, std::uint64_t before, const std::function<bool(tables::DiaryEntry)>& visit) {
  while (before > 1) {
    const std::uint64_t first = before > block ? before - block : 1;
    std::vector<tables::DiaryEntry> entries;
    tables::for_each_diary_entry(store, first, [&](const tables::DiaryEntry& entry) {
      if (entry.sequence >= before) return false;
      entries.push_back(entry);
      return true;
    });
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (!visit(std::move(*entry))) return;
    }
    before = first;
  }
}

struct Page {
  json rows = json::array();
  json next = nullptr;
};

Page newest_first(const journal::View& store, std::uint64_t before, const Filter& filter, std::size_t limit) {
  Page page;
  std::uint64_t looked_at = 0;
  read_back(store, before, [&](const tables::DiaryEntry& entry) {
    if (page.rows.size() == limit || looked_at == looked_at_max) {
      page.next = entry.sequence + 1;
      return false;
    }
    ++looked_at;
    if (filter.takes(entry)) page.rows.push_back(row_of(entry));
    return true;
  });
  return page;
}

void get_diary(Visit& visit) {
  const auto limit = limit_in(visit.request);
  const auto after = number_in(visit.request, "after", 0);
  const auto before = number_in(visit.request, "before", 0);
  if (!limit || !after || !before) {
    return visit.respond(http::problem(400, "malformed", "after、before 和 limit 应为整数"));
  }
  const auto filter = filter_in(visit.request);
  if (!filter) return visit.respond(problem_of(filter.error()));
  const auto view = visit.office.store.read();
  const tables::DiaryHead head = tables::diary_head(*view);
  json object{{"head", {{"sequence", head.sequence}, {"hash", to_hex(head.hash.view())}}}};
  if (text_in(visit.request, "order") == "newest") {
    const std::uint64_t end = *before == 0 ? head.sequence + 1 : std::min(*before, head.sequence + 1);
    Page page = newest_first(*view, end, *filter, *limit);
    object["rows"] = std::move(page.rows);
    object["next"] = std::move(page.next);
    return visit.respond(answer(object));
  }
  json rows = json::array();
  tables::for_each_diary_entry(*view, *after + 1, [&](const tables::DiaryEntry& entry) {
    if (filter->takes(entry)) rows.push_back(row_of(entry));
    return rows.size() < *limit;
  });
  object["rows"] = std::move(rows);
  visit.respond(answer(object));
}

}  // namespace

void add_diary_routes(Routes& routes) { routes.add("GET", "/api/v1/diary", Action::look, get_diary); }

}  // namespace lab::board
