#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/enterprises/credit_rules.hpp"
#include "coordinator/enterprises/risk_rules.hpp"
#include "coordinator/planning/import.hpp"
#include "coordinator/planning/sampling_rules.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/sampling.hpp"
#include "protocol/quality/requirements.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

constexpr std::size_t ticket_length = 20;  // characters of 31: 99 bits, nobody guesses it within a day

// Tables that only the coordinator uses; everything else is part of what nodes judge by.
bool stays_here(const std::string& name) {
  return name == divisions_file || name == programmes_file || name == enterprises::credit_rules_file ||
         name == enterprises::risk_rules_file || name == tables::sampling_rules_file ||
         name == tables::independence_file || name == planning::weights_file;
}

Result<void> check_sampling_rules(const std::string& text) {
  if (text.empty()) return {};
  const auto table = planning::read_table(text, tables::sampling_rules_file);
  if (!table) return tl::unexpected(table.error());
  if (auto rules = planning::load_sampling_rules(*table); !rules) return fail(std::move(rules));
  return {};
}

Result<void> check_independence(const std::string& text) {
  if (text.empty()) return {};
  const auto table = planning::read_table(text, tables::independence_file);
  if (!table) return tl::unexpected(table.error());
  if (auto rules = planning::load_independence(*table); !rules) return fail(std::move(rules));
  return {};
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= rules::file_name_octets_max && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

Result<std::vector<coordinator::ProvinceFile>> files_of(const json& body) {
  const auto list = body.find("files");
  if (list == body.end() || !list->is_array() || list->empty() || list->size() > rules::bundle_files_max) {
    return fail(ErrorCode::malformed, fmt::format("应有 1 到 {} 个文件", rules::bundle_files_max), "files");
  }
  std::vector<coordinator::ProvinceFile> files;
  std::set<std::string> names;
  for (const json& entry : *list) {
    if (!entry.is_object()) return fail(ErrorCode::malformed, "每个文件应有 name 和 text", "files");
    auto name = text_of(entry, "name");
    if (!name) return fail(std::move(name));
    auto text = text_of(entry, "text");
    if (!text) return fail(std::move(text));
    if (!is_plain_name(*name) || !names.insert(*name).second) {
      return fail(ErrorCode::malformed, "文件名重复，或不是字母、数字、点、横线组成", *name);
    }
    files.push_back({.name = std::move(*name), .text = std::move(*text)});
  }
  return files;
}

struct NewReference {
  Bytes bundle;
  Hash edition;
  std::vector<coordinator::ProvinceFile> tables;
};

// Every table is read once before anything is taken: by the nodes' reader and by the planner's.
Result<NewReference> read_reference(const journal::View& store, std::vector<coordinator::ProvinceFile> files) {
  NewReference reference;
  std::vector<rules::ReferenceFile> judged_by;
  std::map<std::string, std::string> all;
  for (const char* name : {divisions_file, programmes_file}) {
    if (auto kept = tables::province_file(store, name)) all.emplace(name, std::move(*kept));
  }
  for (const coordinator::ProvinceFile& file : files) {
    all.insert_or_assign(file.name, file.text);
    if (!stays_here(file.name)) judged_by.push_back({.name = file.name, .text = file.text});
  }
  reference.bundle = rules::bundle(std::move(judged_by));
  auto set = rules::open_bundle(reference.bundle);
  if (!set) return fail(std::move(set));
  if (auto asked = quality::Requirements::load(set->quality); !asked) return fail(std::move(asked));
  if (auto terms =
          clocks::read_terms(all[coordinator::tables::deadlines_file], all[coordinator::tables::holidays_file]);
      !terms) {
    return fail(std::move(terms));
  }
  if (auto fields = forms::SamplingFields::load(all[coordinator::tables::sampling_fields_file]); !fields) {
    return fail(std::move(fields));
  }
  if (auto rules = enterprises::CreditRules::load(all[enterprises::credit_rules_file]); !rules) {
    return fail(std::move(rules));
  }
  if (auto rules = enterprises::RiskRules::load(all[enterprises::risk_rules_file]); !rules) {
    return fail(std::move(rules));
  }
  if (auto rules = check_sampling_rules(all[tables::sampling_rules_file]); !rules) return fail(std::move(rules));
  if (auto rules = check_independence(all[tables::independence_file]); !rules) return fail(std::move(rules));
  if (auto province = read_province(all); !province) return fail(std::move(province));
  reference.edition = crypto::sha256(reference.bundle);
  reference.tables = std::move(files);
  return reference;
}

void post_reference(Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  auto files = files_of(*body);
  if (!files) return visit.respond(problem_of(files.error()));
  auto read = read_reference(*visit.office.store.read(), std::move(*files));
  if (!read) {
    return visit.respond(http::problem(422, "reference_rejected", to_text(read.error())));
  }
  decide_in_loop(visit, [reference = std::make_shared<NewReference>(std::move(*read))](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    coordinator.on_reference(draft, reference->edition, reference->bundle, reference->tables, now);
    return answer({{"edition", to_hex(reference->edition.view())}, {"octets", reference->bundle.size()}}, 201);
  });
}

json cities_json(const planning::Divisions& divisions) {
  json cities = json::array();
  for (const planning::City& city : divisions.cities()) {
    json counties = json::array();
    for (const planning::County& county : divisions.counties()) {
      if (county.city == city.code) counties.push_back({{"code", county.code.value()}, {"name", county.name}});
    }
    cities.push_back({{"code", city.code.value()}, {"name", city.name}, {"counties", std::move(counties)}});
  }
  return cities;
}

// What forms choose from: the lists that plans and laboratories refer to.
void get_reference(Visit& visit) {
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return visit.respond(problem_of(province.error()));
  json programmes = json::array();
  for (const planning::Programme& one : (*province)->programmes) {
    programmes.push_back({{"code", one.code.value()}, {"name", one.name}});
  }
  json categories = json::array();
  for (const planning::Category& one : (*province)->categories.all()) {
    categories.push_back({{"code", one.code.value()}, {"name", one.name}, {"parent", one.parent.value()}});
  }
  json panels = json::array();
  for (const model::Panel& one : (*province)->panels) {
    panels.push_back({{"code", one.code.value()}, {"name", one.name}});
  }
  json stages = json::array();
  for (int stage = 0; stage <= static_cast<int>(model::Stage::catering); ++stage) {
    const auto one = static_cast<model::Stage>(stage);
    stages.push_back({{"code", model::name_of(one)}, {"name", model::chinese_name_of(one)}});
  }
  visit.respond(answer({{"programmes", std::move(programmes)},
                        {"categories", std::move(categories)},
                        {"panels", std::move(panels)},
                        {"stages", std::move(stages)},
                        {"cities", cities_json((*province)->divisions)}}));
}

Result<std::vector<model::Laboratory>> read_laboratories(Visit& visit) {
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return tl::unexpected(province.error());
  auto table = planning::read_table(visit.request.body, "laboratories");
  if (!table) return fail(std::move(table));
  return planning::load_laboratories(*table, (*province)->divisions, (*province)->panels);
}

void post_laboratories(Visit& visit) {
  auto laboratories = read_laboratories(visit);
  if (!laboratories) {
    const bool rejected = laboratories.error().code == ErrorCode::malformed;
    return visit.respond(rejected ? http::problem(422, "laboratories_rejected", to_text(laboratories.error()))
                                  : problem_of(laboratories.error()));
  }
  decide_in_loop(visit, [laboratories = std::move(*laboratories)](coordinator::Coordinator& coordinator,
                                                                  journal::Draft& draft, UtcTime now) {
    coordinator.on_laboratories(draft, laboratories, now);
    return answer({{"laboratories", laboratories.size()}}, 201);
  });
}

void get_laboratories(Visit& visit) {
  json rows = json::array();
  for (const model::Laboratory& laboratory : tables::laboratories(*visit.office.store.read())) {
    json panels = json::array();
    for (const model::PanelCode& panel : laboratory.panels) panels.push_back(panel.value());
    rows.push_back({{"id", laboratory.id.value()},
                    {"name", laboratory.name},
                    {"city", laboratory.city.value()},
                    {"capacity", laboratory.capacity},
                    {"panels", std::move(panels)}});
  }
  visit.respond(answer({{"laboratories", std::move(rows)}}));
}

void post_ticket(Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto name = text_of(*body, "name");
  if (!name) return visit.respond(problem_of(name.error()));
  const auto laboratory = body->find("laboratory");
  if (laboratory == body->end() || !laboratory->is_number_unsigned() || laboratory->get<std::uint64_t>() > UINT32_MAX) {
    return visit.respond(http::problem(400, "malformed", "laboratory 应为实验室编号"));
  }
  const model::LaboratoryId id{laboratory->get<std::uint32_t>()};
  const std::string secret = crypto::random_code(ticket_length);
  const Addresses& at = visit.office.addresses;
  decide_in_loop(
      visit, [id, name = *name, secret, at](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
        const auto ticket = coordinator.on_ticket(draft, id, name, crypto::sha256(secret), now);
        if (!ticket) return problem_of(ticket.error());
        return answer({{"ticket", fmt::format("{}@{}#{}", secret, at.enrol_endpoint, at.curve_key)},
                       {"coordinator_key", at.curve_key},
                       {"enrol_endpoint", at.enrol_endpoint},
                       {"endpoint", at.endpoint},
                       {"expires", to_text(ticket->expires)}},
                      201);
      });
}

void post_node_revocation(Visit& visit) {
  const auto node = number_in(visit.request, "node", 0);
  if (!node || *node > UINT32_MAX) return visit.respond(http::problem(400, "malformed", "节点编号应为整数"));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto reason = text_of(*body, "reason");
  if (!reason) return visit.respond(problem_of(reason.error()));
  if (!is_signed(visit, *body)) return;
  const model::NodeId id{static_cast<std::uint32_t>(*node)};
  decide_in_loop(visit,
                 [id, reason = *reason](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
                   const auto revoked = coordinator.on_node_revoked(draft, id, reason, now);
                   if (!revoked) return problem_of(revoked.error());
                   return answer({{"node", id.value()}, {"revoked", to_text(revoked->revoked)}});
                 });
}

}  // namespace

void add_set_up_routes(Routes& routes) {
  routes.add("POST", "/api/v1/reference", Action::set_up, post_reference);
  routes.add("GET", "/api/v1/reference", Action::look, get_reference);
  routes.add("POST", "/api/v1/laboratories", Action::set_up, post_laboratories);
  routes.add("GET", "/api/v1/laboratories", Action::look, get_laboratories);
  routes.add("POST", "/api/v1/tickets", Action::manage_nodes, post_ticket);
  routes.add("POST", "/api/v1/nodes/{node}/revoke", Action::manage_nodes, post_node_revocation);
}

}  // namespace lab::board
