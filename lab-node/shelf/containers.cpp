#include "lab-node/shelf/containers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lab-node/tables/clocks.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/clocks/calendar.hpp"

namespace lab::shelf {
namespace {

namespace tables = node::tables;
using clocks::Kind;
using model::DisposalWay;
using node::Refusal;
using node::refuse;

constexpr std::array keepings{"not_begun", "running", "over", "not_asked", "unknown"};

Container container_of(const model::Received& what, const model::PersonId& receiver, UtcTime at, bool is_tested) {
  return {.copy = what.copy,
          .is_tested = is_tested,
          .seal = what.seal,
          .condition = what.condition,
          .receiver = receiver,
          .received = at,
          .gone = {}};
}

std::string name_of(const Container& container) {
  return fmt::format("{}（第 {} 份）", letter_of(container.copy), container.copy);
}

// Without a clock: whether the deadlines say that there is none, or say nothing.
Keeping without_clock(const journal::View& store, const model::Sample& sample, UtcTime now) {
  const clocks::Terms terms = tables::terms(store);
  const bool passes = sample.judged.outcome == model::SampleOutcome::pass;
  const auto* row =
      terms.deadlines.find(sample.grant.programme, passes ? Kind::reserve_pass : Kind::reserve_fail, civil_date(now));
  return row != nullptr && !row->period ? Keeping::not_asked : Keeping::unknown;
}

std::optional<Refusal> kept_problem(const journal::View& store, const model::Sample& sample, UtcTime now) {
  if (!sample.held.empty()) {
    return Refusal{"held", fmt::format("异议或复检未结，样品须继续保存：{}", sample.held)};
  }
  const Retention kept = retention(store, sample, now);
  switch (kept.keeping) {
    case Keeping::not_begun:
      return Refusal{"not_approved", "检验报告尚未批准，样品不能销毁"};
    case Keeping::running:
      return Refusal{"kept_until",
                     fmt::format("须保存至 {}（{}），期满后才能销毁", clocks::civil_text(kept.until), kept.source),
                     {{"until", clocks::civil_text(kept.until)}, {"source", kept.source}}};
    case Keeping::unknown:
      return Refusal{"retention_unknown",
                     fmt::format("时限表没有项目 {} 的备样保存期限，请先由省平台补充", sample.grant.programme.value())};
    case Keeping::over:
    case Keeping::not_asked:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Refusal> way_problem(const journal::View& store, const model::Sample& sample, const Container& container,
                                   DisposalWay way, UtcTime now) {
  switch (way) {
    case DisposalWay::destroyed:
      return kept_problem(store, sample, now);
    case DisposalWay::handed_over:
      if (container.is_tested) return Refusal{"not_a_reserve", "检验样不能移交复检，复检用的是备份样品"};
      if (sample.held.empty()) return Refusal{"not_held", "没有未结的异议或复检，备份样品不能移交"};
      return std::nullopt;
    case DisposalWay::used_up:
      if (!container.is_tested) return Refusal{"not_tested", "备份样品没有上机检验，不能登记为“检验用完”"};
      if (sample.measured.empty() && !sample.lot)
        return Refusal{"not_tested", "样品还没有检验结果，不能登记为“检验用完”"};
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Refusal> words_problem(const Disposal& disposal, const model::PersonId& person) {
  if (!is_tidy(disposal.reason) || !is_tidy(disposal.witness)) {
    return Refusal{"bad_text", "文字过长（每项最多200字节）或含有不可打印的字符，请改短"};
  }
  if (disposal.reason.empty()) return Refusal{"missing_field", "请写明处置的原因和去向"};
  if (disposal.way == DisposalWay::used_up) return std::nullopt;
  if (disposal.witness.empty()) return Refusal{"missing_field", "请填写在场的第二人（监销人或接收人）"};
  if (disposal.witness == person.value()) return Refusal{"same_person", "在场的第二人不能是本人"};
  return std::nullopt;
}

}  // namespace

const char* name_of(Keeping keeping) { return keepings[static_cast<std::size_t>(keeping)]; }

std::string letter_of(std::uint8_t copy) {
  LAB_CHECK(copy >= 1);
  return copy <= 26 ? std::string(1, static_cast<char>('A' + copy - 1)) : fmt::format("{}", copy);
}

std::vector<Container> containers(const model::Sample& sample) {
  std::vector<Container> all;
  if (!sample.received.number.empty()) {
    all.push_back(container_of(sample.received, sample.receiver, sample.received_at, true));
  }
  for (const model::ReceivedCopy& one : sample.further) {
    all.push_back(container_of(one.what, one.receiver, one.at, false));
  }
  std::ranges::stable_sort(all, {}, &Container::copy);
  for (Container& container : all) {
    const auto gone = std::ranges::find_if(
        sample.disposed, [&](const model::DisposedCopy& one) { return one.what.copy == container.copy; });
    if (gone != sample.disposed.end()) container.gone = *gone;
  }
  return all;
}

Retention retention(const journal::View& store, const model::Sample& sample, UtcTime now) {
  if (sample.state != model::SampleState::approved) return {};
  Retention longest{.keeping = Keeping::unknown};
  for (const clocks::Clock& clock : tables::clock_table.of(store, sample.grant.task)) {
    if (clock.kind != Kind::reserve_pass && clock.kind != Kind::reserve_fail) continue;
    if (longest.keeping != Keeping::unknown && clock.due.at <= longest.until) continue;
    longest = {.keeping = clock.due.at > now ? Keeping::running : Keeping::over,
               .until = clock.due.at,
               .source = clock.source};
  }
  if (longest.keeping == Keeping::unknown) longest.keeping = without_clock(store, sample, now);
  return longest;
}

std::optional<Refusal> obstacle(const journal::View& store, const model::Sample& sample, std::uint8_t copy,
                                DisposalWay way, UtcTime now) {
  const auto all = containers(sample);
  const auto container = std::ranges::find(all, copy, &Container::copy);
  if (container == all.end()) {
    return Refusal{"no_such_copy", fmt::format("样品 {} 的第 {} 份没有在本站收样", sample.grant.number.text(), copy)};
  }
  if (container->gone) {
    return Refusal{"already_disposed", fmt::format("样品 {} 的 {} 已由 {} 处置", sample.grant.number.text(),
                                                   name_of(*container), container->gone->person.value())};
  }
  return way_problem(store, sample, *container, way, now);
}

node::Decided<model::Sample> dispose(journal::Draft& draft, const Disposal& disposal, const model::PersonId& person,
                                     UtcTime now) {
  auto sample = tables::sample_by_number(draft, disposal.number);
  if (!sample) return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的样品", tidy(disposal.number, 40)));
  if (auto problem = obstacle(draft, *sample, disposal.copy, disposal.way, now)) {
    return tl::unexpected(std::move(*problem));
  }
  if (auto problem = words_problem(disposal, person)) return tl::unexpected(std::move(*problem));
  const model::Disposed what{.number = sample->grant.number,
                             .copy = disposal.copy,
                             .way = disposal.way,
                             .reason = disposal.reason,
                             .witness = disposal.witness};
  sample->disposed.push_back({.what = what, .person = person, .at = now});
  tables::note_event(draft, *sample, person, what, now);
  tables::put_sample(draft, *sample, sample->state);
  return std::move(*sample);
}

}  // namespace lab::shelf
