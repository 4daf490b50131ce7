#include "coordinator/planning/split.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <unordered_set>

#include "protocol/model/sample_number.hpp"

namespace lab::planning {
namespace {

using Serials = std::map<model::ProgrammeCode, std::uint32_t>;

constexpr std::size_t blind_code_length_max = 32;

bool is_blind_code(std::string_view text) {
  return !text.empty() && text.size() <= blind_code_length_max &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; });
}

class FreshCodes {
 public:
  explicit FreshCodes(const BlindCodes& source) : source_(source) {}

  Result<std::string> next() {
    for (int tries = 0; tries < blind_code_tries_max; ++tries) {
      std::string code = source_();
      if (!is_blind_code(code)) {
        return fail(ErrorCode::unavailable, fmt::format("盲样编码来源给出了不合格的编码“{}”;请检查编码来源", code));
      }
      if (used_.insert(code).second) return code;
    }
    return fail(ErrorCode::unavailable,
                fmt::format("盲样编码来源连续 {} 次给出重复的编码;请检查随机数来源", blind_code_tries_max));
  }

 private:
  const BlindCodes& source_;
  std::unordered_set<std::string> used_;
};

model::Task task_of(const model::Plan& plan, const model::PlanCell& cell) {
  model::Task task;
  task.id.plan = plan.id;
  task.id.revision = plan.revision;
  task.programme = cell.programme;
  task.city = cell.city;
  task.county = cell.county;
  task.category = cell.category;
  task.commodity = cell.commodity;
  task.stage = cell.stage;
  task.round = cell.round;
  task.panel = cell.panel;
  task.due = plan.due;
  return task;
}

// 64 bits: a plan that was never checked may ask for more than 32 can count.
std::map<model::ProgrammeCode, std::uint64_t> ends(const model::Plan& plan, const Numbering& numbering) {
  std::map<model::ProgrammeCode, std::uint64_t> end;
  for (const auto& [programme, serial] : numbering.next_serial) end[programme] = serial;
  for (const model::PlanCell& cell : plan.cells) {
    std::uint64_t& serial = end.try_emplace(cell.programme, 1).first->second;
    serial += cell.quota;
  }
  return end;
}

}  // namespace

Result<std::vector<model::Task>> split(const model::Plan& plan, const Numbering& numbering, const BlindCodes& codes) {
  for (const auto& [programme, end] : ends(plan, numbering)) {
    if (end <= model::SampleNumber::serial_max + 1) continue;
    return fail(ErrorCode::too_large, fmt::format("项目 {} 的编号将到 {},超过一年的上限 {};请减少样品或另立项目",
                                                  programme.value(), end - 1, model::SampleNumber::serial_max));
  }
  std::vector<model::Task> tasks;
  FreshCodes fresh{codes};
  Serials serials = numbering.next_serial;
  std::uint32_t number = numbering.first_task;
  for (const model::PlanCell& cell : plan.cells) {
    std::uint32_t& serial = serials.try_emplace(cell.programme, 1).first->second;
    for (std::uint32_t i = 0; i < cell.quota; ++i) {
      auto code = fresh.next();
      if (!code) return fail(std::move(code));
      model::Task task = task_of(plan, cell);
      task.id.number = number++;
      task.number = model::SampleNumber::make(plan.year % 100, cell.programme, serial++);
      task.blind_code = std::move(*code);
      tasks.push_back(std::move(task));
    }
  }
  return tasks;
}

std::map<model::ProgrammeCode, std::uint32_t> next_serials(const model::Plan& plan, const Numbering& numbering) {
  Serials serials;
  for (const auto& [programme, end] : ends(plan, numbering)) serials[programme] = static_cast<std::uint32_t>(end);
  return serials;
}

}  // namespace lab::planning
