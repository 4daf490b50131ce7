#include "coordinator/board/task_list.hpp"

#include <fmt/format.h>

#include "coordinator/tables/registry.hpp"
#include "protocol/service/request.hpp"

namespace lab::board {
namespace {

namespace tables = coordinator::tables;
using service::number_in;
using service::text_in;

// A number of the query as an id; nothing when it is missing.
template <class Id>
Result<std::optional<Id>> id_in(const http::Request& request, const char* field) {
  const auto number = number_in(request, field, 0);
  if (!number) return tl::unexpected(number.error());
  if (*number > UINT32_MAX) return fail(ErrorCode::malformed, "编号太大", field);
  if (*number == 0) return std::nullopt;
  return Id{static_cast<std::uint32_t>(*number)};
}

Result<std::optional<model::TaskState>> state_in(const http::Request& request) {
  const std::string state = text_in(request, "state");
  if (state.empty()) return std::nullopt;
  for (std::size_t i = 0; i < tables::task_states; ++i) {
    const auto known = static_cast<model::TaskState>(i);
    if (state == model::name_of(known)) return known;
  }
  return fail(ErrorCode::malformed, fmt::format("没有“{}”这种状态", state), "state");
}

}  // namespace

Hands::Hands(const journal::View& store) {
  for (const model::NodeEntry& node : tables::nodes(store)) {
    if (node.is_revoked()) continue;
    nodes_.insert(node.id);
    laboratories_.insert(node.laboratory);
  }
}

bool Hands::nobody_does(const model::Task& task) const {
  if (task.state == model::TaskState::granted) return !nodes_.contains(task.node);
  return task.state == model::TaskState::allocated && !laboratories_.contains(task.laboratory);
}

std::optional<model::TaskId> task_named(const journal::View& store, const std::string& text) {
  if (auto task = model::parse_task_id(text)) return task;
  if (auto task = tables::task_by_number(store, text)) return task;
  return tables::task_by_blind_code(store, text);
}

bool TaskFilter::takes(const model::Task& task, const Hands& hands, CivilDate today) const {
  const auto has_words = [&](const std::string& text) { return text.find(words) != std::string::npos; };
  return (!state || task.state == *state) && (!laboratory || task.laboratory == *laboratory) &&
         (!node || task.node == *node) && (!city || task.city == *city) &&
         (programme.empty() || task.programme.value() == programme) &&
         (category.empty() || task.category.value() == category) && (!overdue || is_overdue(task, today)) &&
         (!nobody || hands.nobody_does(task)) &&
         (words.empty() || has_words(task.commodity) || has_words(task.number.text()) || has_words(task.blind_code));
}

Result<TaskFilter> task_filter_in(const http::Request& request) {
  TaskFilter filter{.programme = text_in(request, "programme"),
                    .category = text_in(request, "category"),
                    .words = text_in(request, "q"),
                    .nobody = text_in(request, "nobody") == "1",
                    .overdue = text_in(request, "overdue") == "1"};
  const auto state = state_in(request);
  const auto laboratory = id_in<model::LaboratoryId>(request, "laboratory");
  const auto node = id_in<model::NodeId>(request, "node");
  const auto city = id_in<model::CityCode>(request, "city");
  if (!state) return tl::unexpected(state.error());
  if (!laboratory) return tl::unexpected(laboratory.error());
  if (!node) return tl::unexpected(node.error());
  if (!city) return tl::unexpected(city.error());
  filter.state = *state;
  filter.laboratory = *laboratory;
  filter.node = *node;
  filter.city = *city;
  return filter;
}

}  // namespace lab::board
