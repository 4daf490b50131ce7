// Events that were kept and not counted, and what people decide about them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/tables/exception_decisions.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

json decision_json(const tables::ExceptionDecision& decision) {
  return {{"decided", decision.returned ? "returned" : "rejected"},
          {"person", decision.person.value()},
          {"at", to_text(decision.at)},
          {"reason", decision.reason}};
}

// "node.incarnation.sequence"; nothing when it is not that.
std::optional<tables::EventPlace> parse_place(std::string_view text) {
  std::array<std::uint64_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const bool last = i + 1 == numbers.size();
    if (last != text.empty() || (!last && text.front() != '.')) return std::nullopt;
    if (!last) text.remove_prefix(1);
  }
  if (numbers[0] > UINT32_MAX || numbers[1] > UINT32_MAX) return std::nullopt;
  return tables::EventPlace{model::NodeId{static_cast<std::uint32_t>(numbers[0])},
                            static_cast<std::uint32_t>(numbers[1]), numbers[2]};
}

// What waits for a person. A late sample comes as several events and is one matter: its last event stands for it, and a
// word about any of them is a word about all that had come by then. Other events are a matter each.
class Waiting {
 public:
  Waiting(const journal::View& store, model::Disposition disposition) {
    if (disposition != model::Disposition::late) return;
    tables::for_each_exception(store, disposition, {}, [&](const tables::Exception& exception) {
      Matter& matter = matters_[{exception.place.node, exception.task}];
      matter.last = exception.place;
      if (const auto decision = tables::exception_decision(store, exception.place)) {
        matter.decided = std::max(matter.decided, decision->at);
      }
      return true;
    });
  }

  [[nodiscard]] bool has(const tables::Exception& exception) const {
    const auto found = matters_.find({exception.place.node, exception.task});
    if (found == matters_.end()) return true;
    return exception.place == found->second.last && exception.at > found->second.decided;
  }

 private:
  struct Matter {
    tables::EventPlace last;
    UtcTime decided{};
  };
  std::map<std::pair<model::NodeId, model::TaskId>, Matter> matters_;
};

Handling exceptions(model::Disposition disposition) {
  return [disposition](Visit& visit) {
    const auto limit = limit_in(visit.request);
    if (!limit) return visit.respond(problem_of(limit.error()));
    const std::string after = text_in(visit.request, "after");
    const auto place = after.empty() ? tables::EventPlace{} : parse_place(after);
    if (!place) return visit.respond(http::problem(400, "malformed", "after 应为上一页给出的位置"));
    const bool open_only = text_in(visit.request, "open") == "1";
    const auto view = visit.office.store.read();
    const auto waiting = open_only ? std::optional<Waiting>{std::in_place, *view, disposition} : std::nullopt;
    json rows = json::array();
    json next = nullptr;
    tables::EventPlace last;
    tables::for_each_exception(*view, disposition, *place, [&](const tables::Exception& exception) {
      if (rows.size() == *limit) {
        next = fmt::format("{}.{}.{}", last.node.value(), last.incarnation, last.sequence);
        return false;
      }
      last = exception.place;
      const auto decision = tables::exception_decision(*view, exception.place);
      if (waiting && (decision || !waiting->has(exception))) return true;
      rows.push_back(to_json(exception));
      if (decision) rows.back()["decision"] = decision_json(*decision);
      return true;
    });
    visit.respond(answer({{"count", tables::exception_count(*view, disposition)},
                          {"rows", std::move(rows)},
                          {"next", std::move(next)}}));
  };
}

struct Asked {
  tables::EventPlace place;
  dispatch::Word word;
};

Result<Asked> asked_in(const Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return tl::unexpected(body.error());
  const auto at = text_of(*body, "place");
  auto reason = text_of(*body, "reason");
  if (!at || !reason) return tl::unexpected(at ? reason.error() : at.error());
  const auto place = parse_place(*at);
  if (!place) return fail(ErrorCode::malformed, "应形如 5.1.42", "place");
  return Asked{.place = *place, .word = {.person = visit.person->id, .reason = std::move(*reason)}};
}

using Decision = http::Response (*)(coordinator::Coordinator& coordinator, journal::Draft& draft, const Asked& asked,
                                    UtcTime now);

Handling deciding(Decision decide) {
  return [decide](Visit& visit) {
    auto asked = asked_in(visit);
    if (!asked) return visit.respond(problem_of(asked.error()));
    decide_in_loop(visit, [decide, asked = *asked](coordinator::Coordinator& coordinator, journal::Draft& draft,
                                                   UtcTime now) { return decide(coordinator, draft, asked, now); });
  };
}

// A quarantined event is decided again, after the program has been mended.
http::Response replay(coordinator::Coordinator& coordinator, journal::Draft& draft, const Asked& asked, UtcTime now) {
  const auto replayed = coordinator.on_replay(draft, asked.place, asked.word.reason, now);
  if (!replayed) return problem_of(replayed.error());
  return answer({{"disposition", model::name_of(replayed->disposition)}, {"reason", replayed->reason}});
}

// What is late goes back to its node, what is quarantined is decided again.
http::Response resolve(coordinator::Coordinator& coordinator, journal::Draft& draft, const Asked& asked, UtcTime now) {
  const auto exception = tables::exception_at(draft, asked.place);
  if (exception && exception->disposition == model::Disposition::quarantined) {
    return replay(coordinator, draft, asked, now);
  }
  const auto done = coordinator.on_late_returned(draft, asked.place, asked.word, now);
  if (!done) return problem_of(done.error());
  return answer({{"task", to_text(exception->task)}, {"node", asked.place.node.value()}});
}

http::Response reject(coordinator::Coordinator& coordinator, journal::Draft& draft, const Asked& asked, UtcTime now) {
  const auto done = coordinator.on_exception_rejected(draft, asked.place, asked.word, now);
  return done ? answer({{"decided", "rejected"}}) : problem_of(done.error());
}

}  // namespace

void add_exception_routes(Routes& routes) {
  routes.add("GET", "/api/v1/late", Action::look, exceptions(model::Disposition::late));
  routes.add("GET", "/api/v1/quarantine", Action::look, exceptions(model::Disposition::quarantined));
  routes.add("POST", "/api/v1/quarantine/replay", Action::take_back, deciding(replay));
  routes.add("POST", "/api/v1/quarantine/resolve", Action::take_back, deciding(resolve));
  routes.add("POST", "/api/v1/quarantine/reject", Action::take_back, deciding(reject));
}

}  // namespace lab::board
