#include "coordinator/board/rejudging.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <thread>
#include <utility>

namespace lab::board {
namespace {

constexpr unsigned threads_max = 4;  // the loop and the other requests need theirs

using Snapshots = std::vector<std::unique_ptr<journal::Snapshot>>;

// Snapshots of the version of `first`, one for each thread; that one alone when commits come too fast to get them.
Snapshots snapshots_of_one_version(const journal::Store& store, std::unique_ptr<journal::Snapshot> first) {
  const std::size_t threads = std::clamp(std::thread::hardware_concurrency(), 1U, threads_max);
  Snapshots snapshots;
  snapshots.push_back(std::move(first));
  while (snapshots.size() < threads) {
    snapshots.push_back(store.read());
    if (snapshots.back()->version() == snapshots.front()->version()) continue;
    snapshots.resize(1);
    break;
  }
  return snapshots;
}

JudgedPart judge_part(std::unique_ptr<journal::Snapshot> store, const reports::Part& which,
                      const rules::ReferenceSet& set, const rules::RejudgeRule& rule) {
  JudgedPart part{.stored = reports::stored_results(*store, which), .figures = {}, .changes = {}, .limits = {}};
  store.reset();  // its pages are needed again
  std::map<const model::Limit*, const model::Limit*> kept;
  const auto keep = [&](const rules::ChangedItem& item) {
    const auto [place, fresh] = kept.emplace(item.limit, nullptr);
    if (fresh) place->second = &part.limits.emplace_back(*item.limit);
    part.changes.push_back(item);
    part.changes.back().limit = place->second;
  };
  part.figures = rules::rejudge(part.stored.columns, set.limits, set.categories, rule, keep);
  return part;
}

}  // namespace

Report report_on(const journal::Store& store, std::unique_ptr<journal::Snapshot> first, const Question& question,
                 const rules::ReferenceSet& set, UtcTime now) {
  Snapshots snapshots = snapshots_of_one_version(store, std::move(first));
  const auto count = static_cast<std::uint32_t>(snapshots.size());
  std::vector<std::future<JudgedPart>> parts;
  for (std::uint32_t index = 1; index < count; ++index) {
    parts.push_back(std::async(std::launch::async, [&, index, snapshot = std::move(snapshots[index])]() mutable {
      return judge_part(std::move(snapshot), {.index = index, .of = count}, set, question.rule);
    }));
  }
  Report report{.of = question, .as_of = now, .parts = {}, .figures = {}};
  report.parts.push_back(judge_part(std::move(snapshots[0]), {.index = 0, .of = count}, set, question.rule));
  for (auto& part : parts) report.parts.push_back(part.get());
  for (const JudgedPart& part : report.parts) report.figures += part.figures;
  return report;
}

}  // namespace lab::board
