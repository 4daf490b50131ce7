#include "coordinator/enterprises/register.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "coordinator/enterprises/codes.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/series.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;
namespace kind = tables::enterprise_kind;
using tables::Enterprise;
using tables::EnterpriseId;

constexpr std::size_t step_tasks = 500;  // entered in one turn: some 2,000 records

std::uint8_t kind_of(model::Stage stage) {
  switch (stage) {
    case model::Stage::production_base:
      return kind::farm;
    case model::Stage::slaughterhouse:
    case model::Stage::manufacturer:
      return kind::producer;
    case model::Stage::transport:
    case model::Stage::wholesale_market:
    case model::Stage::farmers_market:
    case model::Stage::supermarket:
    case model::Stage::distribution:
    case model::Stage::catering:
      return kind::shop;
  }
  return kind::shop;
}

bool is_near(const Enterprise& one, const Named& named) {
  const bool unsaid = one.county == model::CountyCode{} || named.county == model::CountyCode{};
  return unsaid || one.county == named.county;
}

// The entry that this name means when no code says so; `code` is a good one that no entry has yet, or empty.
std::optional<Enterprise> by_name(const journal::View& store, const Named& named, std::string_view code) {
  std::optional<Enterprise> with_code;
  std::size_t coded = 0;
  for (const EnterpriseId id : tables::enterprises_by_name(store, named.name)) {
    auto one = tables::enterprise(store, id);
    if (!one || !is_near(*one, named)) continue;
    if (one->code.empty()) return one;
    with_code = std::move(one);
    ++coded;
  }
  if (code.empty() && coded == 1) return with_code;
  return std::nullopt;
}

bool is_known_as(const Enterprise& one, const std::string& name) {
  const std::string key = tables::name_key(name);
  return tables::name_key(one.name) == key ||
         std::ranges::any_of(one.other_names, [&](const std::string& other) { return tables::name_key(other) == key; });
}

void add_name(Enterprise& one, const std::string& name) {
  const bool fits = one.other_names.size() < tables::enterprise_names_max;
  if (!name.empty() && fits && !is_known_as(one, name)) one.other_names.push_back(name);
}

void fill(std::string& place, const std::string& value) {
  if (place.empty()) place = value;
}

// What is said now and was not known. What was known stays: a sampling form is no register.
void complete(Enterprise& one, const Named& named, const std::string& code) {
  if (one.name.empty()) one.name = named.name;
  add_name(one, named.name);
  fill(one.code, code);
  if (code.empty()) fill(one.licence, named.code);
  fill(one.address, named.address);
  one.kinds |= named.kinds;
  if (one.city == model::CityCode{}) one.city = named.city;
  if (one.county == model::CountyCode{}) one.county = named.county;
}

std::optional<EnterpriseId> find(const journal::View& store, const Named& named, const std::string& code) {
  if (!code.empty()) {
    if (const auto id = tables::enterprise_by_code(store, code)) return id;
  }
  if (named.name.empty()) return std::nullopt;
  const auto found = by_name(store, named, code);
  return found ? std::optional{found->id} : std::nullopt;
}

EnterpriseId unit_of(journal::Draft& draft, const model::Task& task, const std::vector<model::FormField>& fields,
                     const std::string& lots_of, UtcTime now) {
  const auto unit = tables::sampled_unit(draft, task.id).value_or(tables::SampledUnit{});
  Named named{.name = unit.name.empty() ? field_of(fields, "unit_name") : unit.name,
              .code = unit.licence.empty() ? field_of(fields, "unit_credit_code") : unit.licence,
              .address = unit.address.empty() ? field_of(fields, "unit_address") : unit.address,
              .kinds = kind_of(task.stage),
              .city = task.city,
              .county = task.county};
  fill(named.name, lots_of);
  const bool says = !trim(named.name).empty() || parse_code(named.code);
  return says ? enter(draft, named, now) : EnterpriseId{};
}

EnterpriseId producer_of(journal::Draft& draft, const std::vector<model::FormField>& fields, const std::string& lots_of,
                         UtcTime now) {
  Named named{.name = field_of(fields, "producer_name"),
              .code = {},
              .address = field_of(fields, "producer_address"),
              .kinds = kind::producer,
              .city = {},
              .county = {}};
  fill(named.name, lots_of);
  return trim(named.name).empty() ? EnterpriseId{} : enter(draft, named, now);
}

std::optional<tables::CountedVerdict> counted(const journal::View& store, const model::TaskId& task) {
  const auto result = tables::task_file(store, task).result();
  if (!result || result->counted_version == 0) return std::nullopt;
  return tables::CountedVerdict{.first = result->first_outcome, .final = result->final_outcome, .month = result->month};
}

}  // namespace

EnterpriseId enter(journal::Draft& draft, const Named& given, UtcTime now) {
  Named named = given;
  for (std::string* text : {&named.name, &named.code, &named.address}) {
    *text = tidy(trim(*text), tables::enterprise_octets_max);
  }
  const auto good = parse_code(named.code);
  const std::string code = good ? good->text : std::string{};
  LAB_CHECK(!named.name.empty() || !code.empty());
  if (const auto id = find(draft, named, code)) {
    Enterprise one = *tables::enterprise(draft, *id);
    const Enterprise before = one;
    complete(one, named, code);
    if (one != before) tables::put_enterprise(draft, one);
    return *id;
  }
  Enterprise one;
  one.made = now;
  complete(one, named, code);
  return tables::add_enterprise(draft, std::move(one));
}

void enter_parties(journal::Draft& draft, const model::TaskId& id, UtcTime now) {
  const auto task = tables::task(draft, id);
  if (!task) return;
  const auto fields = tables::unit_fields(draft, id);
  const auto series = task->lot ? tables::series(draft, task->series) : std::nullopt;
  const std::string lots_of = series ? series->enterprise : std::string{};
  const tables::Parties parties{.unit = unit_of(draft, *task, fields, lots_of, now),
                                .producer = producer_of(draft, fields, lots_of, now)};
  if (parties == tables::Parties{}) return;
  const auto known = tables::task_parties(draft, id).value_or(tables::TaskParties{});
  auto verdict = counted(draft, id);
  if (!verdict) verdict = known.verdict;  // what was counted stays counted, whoever has the task now
  tables::put_task_parties(draft, id, {.parties = parties, .verdict = verdict});
}

void follow_verdict(journal::Draft& draft, const model::TaskId& id, UtcTime now) {
  auto known = tables::task_parties(draft, id);
  if (!known) return enter_parties(draft, id, now);
  if (const auto verdict = counted(draft, id)) known->verdict = verdict;
  tables::put_task_parties(draft, id, *known);
}

void begin_entering(journal::Draft& draft) {
  if (tables::has_begun_entering(draft)) return;
  bool is_new = true;
  tables::scan_prefix(draft, Bytes(1, tables::letter::sampled_unit),
                      [&](BytesView, BytesView) { return is_new = false; });
  tables::set_entering_from(draft, is_new ? std::nullopt : std::optional{model::TaskId{}});
}

bool enter_earlier(journal::Draft& draft, UtcTime now) {
  const auto from = tables::entering_from(draft);
  if (!from) return false;
  std::vector<model::TaskId> step;
  const Bytes prefix(1, tables::letter::sampled_unit);
  draft.scan(journal::Fields{tables::letter::sampled_unit}.add(*from).bytes() + '\0', journal::after_prefix(prefix),
             [&](BytesView key, BytesView) {
               step.push_back(journal::FieldReader::of_key(key).take_task());
               return step.size() < step_tasks;
             });
  for (const model::TaskId& task : step) enter_parties(draft, task, now);
  tables::set_entering_from(draft, step.empty() ? std::nullopt : std::optional{step.back()});
  return true;
}

Result<Enterprise> merge(journal::Draft& draft, EnterpriseId from, EnterpriseId into, const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  auto one = tables::enterprise(draft, from);
  if (!one) return fail(ErrorCode::not_found, "没有这个企业", fmt::format("enterprise {}", from.value()));
  auto other = tables::enterprise(draft, into);
  if (!other) return fail(ErrorCode::not_found, "没有这个企业", fmt::format("enterprise {}", into.value()));
  if (one->merged_into == into && one->merged_by == word.person && one->merge_reason == word.reason) return *other;
  if (one->is_merged()) {
    return fail(ErrorCode::conflict, fmt::format("该企业已并入第 {} 号", one->merged_into.value()), "merged");
  }
  if (tables::standing_for(draft, into) == from) {
    return fail(ErrorCode::conflict, "两者已是同一企业", "same");
  }
  if (other->is_merged()) {
    return fail(ErrorCode::conflict,
                fmt::format("第 {} 号已并入第 {} 号，请并入后者", into.value(), other->merged_into.value()), "merged");
  }
  one->merged_into = into;
  one->merged_by = word.person;
  one->merged = now;
  one->merge_reason = word.reason;
  tables::put_enterprise(draft, *one);
  tables::write_diary(draft, tables::DiaryKind::enterprises_merged,
                      fmt::format("enterprise {} into {} by {} reason {}", from.value(), into.value(),
                                  word.person.value(), hash_text(word.reason)),
                      now);
  return *other;
}

Taken take(journal::Draft& draft, std::span<const std::pair<Named, std::vector<std::string>>> rows, const Hash& file,
           UtcTime now) {
  Taken taken;
  for (const auto& [named, names] : rows) {
    const auto good = parse_code(named.code);
    const bool known = find(draft, named, good ? good->text : std::string{}).has_value();
    ++(known ? taken.known : taken.added);
    Enterprise one = *tables::enterprise(draft, enter(draft, named, now));
    for (const std::string& name : names) add_name(one, name);
    tables::put_enterprise(draft, one);
  }
  tables::write_diary(draft, tables::DiaryKind::enterprises_taken,
                      fmt::format("{} new, {} known, file {}", taken.added, taken.known, to_hex(file.view())), now);
  return taken;
}

}  // namespace lab::enterprises
