#pragma once
// Tasks as the page looks for them: filters, and which of them nobody is going to do. Private to this folder.

#include <optional>
#include <set>
#include <string>

#include "coordinator/tables/tasks.hpp"
#include "protocol/base/result.hpp"
#include "protocol/http/message.hpp"

namespace lab::board {

/// Who can work: the nodes that are not revoked and the laboratories that have one.
class Hands {
 public:
  explicit Hands(const journal::View& store);

  /// An open task that stays where it is until a person acts: its laboratory has no node, or its node is revoked. One
  /// that is still planned is nobody's because nobody has allocated it, which is another matter.
  [[nodiscard]] bool nobody_does(const model::Task& task) const;

 private:
  std::set<model::NodeId> nodes_;
  std::set<model::LaboratoryId> laboratories_;
};

/// Allocated or granted: to be done.
inline bool is_open(model::TaskState state) {
  return state == model::TaskState::allocated || state == model::TaskState::granted;
}
inline bool is_overdue(const model::Task& task, CivilDate today) { return is_open(task.state) && task.due < today; }

/// By its own number, by the number on the label, or by the blind code that the bench knows it by.
std::optional<model::TaskId> task_named(const journal::View& store, const std::string& text);

struct TaskFilter {
  std::optional<model::TaskState> state{};
  std::optional<model::LaboratoryId> laboratory{};
  std::optional<model::NodeId> node{};
  std::optional<model::CityCode> city{};
  std::string programme{};
  std::string category{};
  std::string words{};  // within the product's name, the sample's number or the blind code
  bool nobody = false;
  bool overdue = false;

  [[nodiscard]] bool takes(const model::Task& task, const Hands& hands, CivilDate today) const;
};

/// From state, laboratory, node, city, programme, category, q, nobody and overdue of the query. Malformed for what is
/// none of these.
Result<TaskFilter> task_filter_in(const http::Request& request);

}  // namespace lab::board
