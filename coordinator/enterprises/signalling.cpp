#include "coordinator/enterprises/signalling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "coordinator/planning/import.hpp"
#include "coordinator/tables/diary.hpp"
#include "protocol/base/text.hpp"

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;
using tables::Signal;
using tables::SignalId;
using tables::SignalReport;
using tables::SignalState;

constexpr std::uint32_t harmed_max = 1'000'000;  // more is a misplaced digit

Result<void> check_text(const std::string& text, const char* field, std::size_t octets_max, bool needed) {
  if (needed && text.empty()) return fail(ErrorCode::malformed, "缺少此项", field);
  if (text.size() > octets_max) return fail(ErrorCode::too_large, fmt::format("最多 {} 个字节", octets_max), field);
  if (!is_tidy(text, octets_max)) return fail(ErrorCode::malformed, "不能含控制字符，应为 UTF-8", field);
  return {};
}

Result<void> check(const SignalReport& report, UtcTime now) {
  constexpr std::size_t most = tables::signal_text_octets_max;
  struct Text {
    const std::string* text;
    const char* field;
    std::size_t octets_max;
    bool needed;
  };
  for (const Text& one : {Text{&report.source, "source", most, true}, Text{&report.source_id, "source_id", most, true},
                          Text{&report.product, "product", most, true}, Text{&report.maker, "maker", most, false},
                          Text{&report.content, "content", tables::signal_content_octets_max, false}}) {
    if (auto good = check_text(*one.text, one.field, one.octets_max, one.needed); !good) return good;
  }
  const bool plausible = report.happened.ok() && report.happened.year() >= std::chrono::year{1990};
  if (!plausible) return fail(ErrorCode::malformed, "应写作 2013-06-03", "happened");
  if (report.happened > civil_date(now)) return fail(ErrorCode::malformed, "发生日期在今天之后", "happened");
  if (report.harmed > harmed_max) return fail(ErrorCode::malformed, "人数不可能", "harmed");
  return {};
}

// At which place a report is, as far as the rule looks.
std::uint32_t place_of(const tables::SignalPlace& one, const RiskNumbers& numbers) {
  if (numbers.signal_place_level == 0) return 0;
  return numbers.signal_place_level == 1 ? one.city.value() : one.county.value();
}

Result<Signal> signal_of(const journal::View& store, SignalId id) {
  auto one = tables::signal(store, id);
  if (!one) return fail(ErrorCode::not_found, "没有这个报告", fmt::format("signal {}", id.value()));
  return std::move(*one);
}

void decide(journal::Draft& draft, Signal& one, SignalState state, const Word& word, UtcTime now) {
  one.state = state;
  one.assessed_by = word.person;
  one.assessed = now;
  one.reason = word.reason;
  tables::put_signal(draft, one);
}

}  // namespace

Result<Reported> report(journal::Draft& draft, const SignalReport& report, const model::PersonId& person, UtcTime now) {
  if (auto good = check(report, now); !good) return fail(std::move(good));
  if (const auto known = tables::signal_by_source(draft, report.source, report.source_id)) {
    Signal one = *tables::signal(draft, *known);
    if (one.report == report) return Reported{.signal = std::move(one), .is_new = false};
    return fail(ErrorCode::conflict,
                fmt::format("该来源的这个编号已有另一份报告（第 {} 号）；更正请用新的编号再报", known->value()),
                "source_id");
  }
  Signal one{.report = report, .received = now, .received_by = person};
  one.id = tables::add_signal(draft, one);
  tables::write_diary(draft, tables::DiaryKind::signal_received,
                      fmt::format("signal {} {} by {} source {}", one.id.value(), tables::name_of(report.kind),
                                  person.value(), hash_text(report.source + '\n' + report.source_id)),
                      now);
  return Reported{.signal = std::move(one), .is_new = true};
}

std::map<SignalId, SignalId> groups(const journal::View& store, const RiskNumbers& numbers) {
  struct Run {
    std::int32_t day = 0;
    std::vector<SignalId> members;
  };
  std::map<SignalId, SignalId> first_of;
  std::map<std::uint32_t, Run> runs;  // by place, of the product and maker that are being read
  std::optional<Hash> about;
  const auto close = [&](Run& run) {
    const SignalId first = run.members.empty() ? SignalId{} : *std::ranges::min_element(run.members);
    for (const SignalId one : run.members) first_of[one] = first;
    run.members.clear();
  };
  const auto close_all = [&] {
    for (auto& [place, run] : runs) close(run);
    runs.clear();
  };
  tables::for_each_signal_place(store, [&](const tables::SignalPlace& one) {
    if (about != one.about) close_all();
    about = one.about;
    Run& run = runs[place_of(one, numbers)];
    const bool continues = one.day - run.day <= static_cast<std::int32_t>(numbers.signal_window_days);
    if (!run.members.empty() && !continues) close(run);
    run.day = one.day;
    run.members.push_back(one.id);
  });
  close_all();
  return first_of;
}

Result<std::vector<Signal>> assess(journal::Draft& draft, SignalId id, SignalState state, bool whole_group,
                                   const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  if (state != SignalState::dismissed && state != SignalState::watched) {
    return fail(ErrorCode::malformed, "应为 dismissed（排除）或 watched（关注）", "state");
  }
  auto asked = signal_of(draft, id);
  if (!asked) return fail(std::move(asked));
  if (asked->state == SignalState::planned) {
    return fail(ErrorCode::conflict, fmt::format("已为该报告立了第 {} 号计划", asked->plan.value()), "planned");
  }
  std::vector<Signal> assessed{*std::move(asked)};
  if (whole_group) {
    const auto first_of = groups(draft, risk_rules(draft).on(civil_date(now)));
    for (const auto& [other, first] : first_of) {
      if (other == id || first != first_of.at(id)) continue;
      Signal one = *tables::signal(draft, other);
      if (one.state == SignalState::received) assessed.push_back(std::move(one));
    }
  }
  for (Signal& one : assessed) {
    decide(draft, one, state, word, now);
    tables::write_diary(draft, tables::DiaryKind::signal_assessed,
                        fmt::format("signal {} {} by {} reason {}", one.id.value(), tables::name_of(state),
                                    word.person.value(), hash_text(word.reason)),
                        now);
  }
  return assessed;
}

std::string plan_text(const std::string& product, const Targeted& targeted) {
  constexpr std::size_t plain_columns = 9;  // the further ones are about lots
  std::vector<std::string> header;
  for (const planning::Column& column : planning::plan_columns().first(plain_columns)) {
    header.emplace_back(column.names.front());
  }
  std::string text = format_csv_row(header);
  for (const auto& [city, county] : targeted.places) {
    text += format_csv_row({targeted.programme, city, county, targeted.category, product, targeted.stage,
                            targeted.round, targeted.panel, targeted.samples});
  }
  return text;
}

Result<Signal> note_plan(journal::Draft& draft, SignalId id, model::PlanId plan, const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  auto one = signal_of(draft, id);
  if (!one) return one;
  if (one->state == SignalState::planned) {
    if (one->plan == plan) return one;  // asked for twice
    return fail(ErrorCode::conflict, fmt::format("已为该报告立了第 {} 号计划", one->plan.value()), "planned");
  }
  one->plan = plan;
  decide(draft, *one, SignalState::planned, word, now);
  tables::write_diary(draft, tables::DiaryKind::signal_planned,
                      fmt::format("signal {} plan {} by {} reason {}", id.value(), plan.value(), word.person.value(),
                                  hash_text(word.reason)),
                      now);
  return one;
}

}  // namespace lab::enterprises
