#pragma once
// Proposals to let another node do a task whose sample is in a laboratory already: one person proposes, another one
// confirms (sync.md section 3).

#include <optional>
#include <string>

#include "coordinator/tables/keys.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::coordinator::tables {

struct Handover {
  model::Token token;  // of the grant it would end; under any other it is void
  std::optional<model::NodeId> to{};
  UtcTime at{};
  model::PersonId person;
  std::string reserve;
  std::string reason;

  bool operator==(const Handover&) const = default;
};

std::optional<Handover> handover(const journal::View& store, const model::TaskId& task);
void put_handover(journal::Draft& draft, const model::TaskId& task, const Handover& handover);
void erase_handover(journal::Draft& draft, const model::TaskId& task);

}  // namespace lab::coordinator::tables
