// The register of enterprises, their histories, credit classes on their way to the public.

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "coordinator/board/enterprise_views.hpp"
#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/rejections.hpp"
#include "coordinator/enterprises/enterprise_file.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

Result<std::uint32_t> small_number_in(const http::Request& request, const char* field, const char* nothing) {
  const auto number = number_in(request, field, 0);
  if (!number) return tl::unexpected(number.error());
  if (*number == 0 || *number > UINT32_MAX) return fail(ErrorCode::not_found, nothing, field);
  return static_cast<std::uint32_t>(*number);
}

Result<tables::EnterpriseId> enterprise_in(const http::Request& request) {
  const auto number = small_number_in(request, "enterprise", "没有这个企业");
  if (!number) return tl::unexpected(number.error());
  return tables::EnterpriseId{*number};
}

bool holds(const tables::Enterprise& one, const std::string& key, const std::string& code) {
  if (key.empty()) return true;
  const auto has = [&](const std::string& name) { return tables::name_key(name).find(key) != std::string::npos; };
  const bool by_code = !one.code.empty() && one.code.find(code) != std::string::npos;
  return by_code || has(one.name) || std::ranges::any_of(one.other_names, has);
}

void get_enterprises(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = number_in(visit.request, "after", 0);
  if (!after) return visit.respond(problem_of(after.error()));
  const std::string key = tables::name_key(text_in(visit.request, "q"));
  std::string code = key;
  std::ranges::transform(code, code.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  json rows = json::array();
  json next = nullptr;
  const tables::EnterpriseId first{static_cast<std::uint32_t>(std::min<std::uint64_t>(*after, UINT32_MAX - 1))};
  tables::for_each_enterprise(*view, first, [&](const tables::Enterprise& one) {
    if (!holds(one, key, code)) return true;
    if (rows.size() == *limit) {
      next = rows.back().at("enterprise");
      return false;
    }
    rows.push_back(to_json(one, *view, province ? province->get() : nullptr));
    return true;
  });
  visit.respond(answer({{"rows", std::move(rows)}, {"next", std::move(next)}}));
}

void get_enterprise(Visit& visit) {
  const auto id = enterprise_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto view = visit.office.store.read();
  const auto one = tables::enterprise(*view, *id);
  if (!one) return visit.respond(http::problem(404, "not_found", "没有这个企业"));
  const auto province = visit.provinces.get(*view);
  visit.respond(answer(whole_json(*one, *view, province ? province->get() : nullptr, visit.office.clock())));
}

void get_template(Visit& visit) {
  const auto encoding = encoding_in(visit.request);
  if (!encoding) return visit.respond(problem_of(encoding.error()));
  visit.respond(text_file(enterprises::enterprise_template_text(), *encoding, "企业导入模板.csv"));
}

void post_enterprises(Visit& visit) {
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return visit.respond(problem_of(province.error()));
  auto import = enterprises::import_enterprises(visit.request.body, "enterprises", (*province)->divisions);
  if (!import) return visit.respond(http::problem(422, "enterprises_unreadable", to_text(import.error())));
  if (!import->accepted()) {
    return visit.respond(
        rejection("enterprises_rejected",
                  fmt::format("企业名录有 {} 处错误，没有导入；请按 error_file 改正后重试", import->complaints.size()),
                  import->sheet, import->complaints, import->error_file));
  }
  const std::string dry_run = text_in(visit.request, "dry_run");
  if (dry_run == "1" || dry_run == "true") {
    return visit.respond(answer({{"accepted", true}, {"dry_run", true}, {"rows", import->rows.size()}}));
  }
  const Hash file = crypto::sha256(visit.request.body);
  decide_in_loop(visit, [import = std::make_shared<enterprises::EnterpriseImport>(std::move(*import)), file](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto taken = coordinator.on_enterprises(draft, import->rows, file, now);
    return answer({{"accepted", true}, {"rows", import->rows.size()}, {"added", taken.added}, {"known", taken.known}},
                  201);
  });
}

Result<enterprises::Word> word_in(const Visit& visit, const json& body) {
  auto reason = text_of(body, "reason");
  if (!reason) return fail(std::move(reason));
  return enterprises::Word{.person = visit.person->id, .reason = std::move(*reason)};
}

void post_merge(Visit& visit) {
  const auto from = enterprise_in(visit.request);
  if (!from) return visit.respond(problem_of(from.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto word = word_in(visit, *body);
  if (!word) return visit.respond(problem_of(word.error()));
  const auto into = body->find("into");
  if (into == body->end() || !into->is_number_unsigned() || into->get<std::uint64_t>() > UINT32_MAX) {
    return visit.respond(http::problem(400, "malformed", "into 应为企业编号"));
  }
  const tables::EnterpriseId other{into->get<std::uint32_t>()};
  decide_in_loop(visit, [from = *from, other, word = *word](coordinator::Coordinator& coordinator,
                                                            journal::Draft& draft, UtcTime now) {
    const auto merged = coordinator.on_merge(draft, from, other, word, now);
    return merged ? answer(to_json(*merged, draft, nullptr)) : problem_of(merged.error());
  });
}

using DecideWord = std::function<http::Response(coordinator::Coordinator& coordinator, journal::Draft& draft,
                                                const enterprises::Word& word, UtcTime now)>;

// What somebody says, with a reason and nothing else.
void decide_word(Visit& visit, DecideWord decide) {
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto word = word_in(visit, *body);
  if (!word) return visit.respond(problem_of(word.error()));
  decide_in_loop(
      visit, [decide = std::move(decide), word = *word](coordinator::Coordinator& coordinator, journal::Draft& draft,
                                                        UtcTime now) { return decide(coordinator, draft, word, now); });
}

void post_parting(Visit& visit) {
  const auto id = enterprise_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  decide_word(visit, [id = *id](auto& coordinator, auto& draft, const auto& word, UtcTime now) {
    const auto parted = coordinator.on_part(draft, id, word, now);
    return parted ? answer(to_json(*parted, draft, nullptr)) : problem_of(parted.error());
  });
}

// ---- credit classes

void post_proposal(Visit& visit) {
  const auto id = enterprise_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  decide_word(visit, [id = *id](auto& coordinator, auto& draft, const auto& word, UtcTime now) {
    const auto proposed = coordinator.on_credit_proposed(draft, id, word, now);
    return proposed ? answer(to_json(*proposed, draft), 201) : problem_of(proposed.error());
  });
}

Handling deciding(tables::PublicationAction action) {
  return [action](Visit& visit) {
    const auto number = small_number_in(visit.request, "publication", "没有这个公布");
    if (!number) return visit.respond(problem_of(number.error()));
    const tables::PublicationId id{*number};
    decide_word(visit, [id, action](auto& coordinator, auto& draft, const auto& word, UtcTime now) {
      const auto decided = coordinator.on_credit_decided(draft, id, action, word, now);
      return decided ? answer(to_json(*decided, draft)) : problem_of(decided.error());
    });
  };
}

// Whether `state` is one of "proposed,withdrawal_proposed"; of no list everything is.
bool is_among(std::string_view list, std::string_view state) {
  if (list.empty()) return true;
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    if (one == state) return true;
    list.remove_prefix(std::min(list.size(), one.size() + 1));
  }
  return false;
}

// With the names of those whose class is public, and with the others for who may know them.
void get_publications(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = number_in(visit.request, "after", 0);
  if (!after) return visit.respond(problem_of(after.error()));
  const std::string state = text_in(visit.request, "state");
  const bool sees_all = may(*visit.person, Action::see_units);
  const auto view = visit.office.store.read();
  json rows = json::array();
  json next = nullptr;
  const tables::PublicationId first{static_cast<std::uint32_t>(std::min<std::uint64_t>(*after, UINT32_MAX - 1))};
  tables::for_each_publication(*view, first, [&](const tables::Publication& one) {
    const bool wanted = is_among(state, tables::name_of(one.state));
    if (!wanted || (!sees_all && !tables::is_public(one.state))) return true;
    if (rows.size() == *limit) {
      next = rows.back().at("publication");
      return false;
    }
    json row = to_json(one, *view);
    // Which sample was whose stays with those who may know it; so does what people said about it.
    if (!sees_all) {
      for (const char* field : {"verdicts", "proposed", "decided", "withdrawal", "withdrawal_decided"})
        row.erase(field);
    }
    rows.push_back(std::move(row));
    return true;
  });
  visit.respond(answer({{"rows", std::move(rows)}, {"next", std::move(next)}}));
}

void get_rules(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto rules = enterprises::credit_rules(*view);
  json credit = json::array();
  for (const enterprises::CreditRule& rule : rules.rules()) credit.push_back(to_json(rule));
  json risk = json::array();
  const enterprises::RiskRules numbers = enterprises::risk_rules(*view);
  for (const enterprises::RiskRule& rule : numbers.rules()) {
    risk.push_back({{"name", rule.name},
                    {"from", to_text(rule.from)},
                    {"value", rule.value},
                    {"unit", rule.unit},
                    {"text", rule.chinese},
                    {"basis", rule.basis},
                    {"assumption", rule.assumption}});
  }
  visit.respond(answer({{"credit", std::move(credit)}, {"version", to_hex(rules.hash().view())}, {"risk", risk}}));
}

}  // namespace

void add_enterprise_routes(Routes& routes) {
  using tables::PublicationAction;
  routes.add("GET", "/api/v1/enterprises", Action::see_units, get_enterprises);
  routes.add("POST", "/api/v1/enterprises", Action::manage_enterprises, post_enterprises);
  routes.add("GET", "/api/v1/enterprise-template", Action::look, get_template);
  routes.add("GET", "/api/v1/enterprises/{enterprise}", Action::see_units, get_enterprise);
  routes.add("POST", "/api/v1/enterprises/{enterprise}/merge", Action::manage_enterprises, post_merge);
  routes.add("POST", "/api/v1/enterprises/{enterprise}/part", Action::manage_enterprises, post_parting);
  routes.add("POST", "/api/v1/enterprises/{enterprise}/publications", Action::publish_credit, post_proposal);
  routes.add("GET", "/api/v1/publications", Action::look, get_publications);
  for (const auto& [path, action] :
       {std::pair{"/api/v1/publications/{publication}/confirm", PublicationAction::confirm},
        std::pair{"/api/v1/publications/{publication}/refuse", PublicationAction::refuse},
        std::pair{"/api/v1/publications/{publication}/withdraw", PublicationAction::withdraw},
        std::pair{"/api/v1/publications/{publication}/confirm-withdrawal", PublicationAction::confirm_withdrawal},
        std::pair{"/api/v1/publications/{publication}/keep", PublicationAction::keep}}) {
    routes.add("POST", path, Action::publish_credit, deciding(action));
  }
  routes.add("GET", "/api/v1/credit-rules", Action::look, get_rules);
}

}  // namespace lab::board
