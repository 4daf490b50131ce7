#include "protocol/model/ids.hpp"

#include <fmt/format.h>
#include <charconv>

namespace lab::model {
namespace {

// Reads a whole number and removes it from the front of `text`.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take_char(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_text(const TaskId& task) {
  return fmt::format("T-{}.{}-{}", task.plan.value(), task.revision, task.number);
}

std::optional<TaskId> parse_task_id(std::string_view text) {
  std::uint32_t plan = 0;
  TaskId task;
  if (!take_char(text, 'T') || !take_char(text, '-') || !take_number(text, plan) || !take_char(text, '.') ||
      !take_number(text, task.revision) || !take_char(text, '-') || !take_number(text, task.number) || !text.empty()) {
    return std::nullopt;
  }
  task.plan = PlanId{plan};
  return task;
}

}  // namespace lab::model
