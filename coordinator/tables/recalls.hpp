#pragma once
// Shares of a quota cell that their nodes are asked to hand back. See docs/decisions/0055.

#include <functional>
#include <optional>
#include <string>

#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

/// Of a grant that a store which was put back has forgotten, and whose node says that it has it: above every token of
/// the generations before `generation`, and never given out.
model::Token forgotten_token(std::uint32_t generation);
bool is_forgotten(const model::Token& token);

/// One sample to be drawn, which its node is asked not to draw any more. Until it answers it may still be drawn, and is
/// given to nobody else.
struct Recall {
  model::NodeId node;
  model::Token token;  // of the grant that is asked back
  std::string reason;
  UtcTime asked{};

  bool operator==(const Recall&) const = default;
};

std::optional<Recall> recall(const journal::View& store, const model::TaskId& task);
void put_recall(journal::Draft& draft, const model::TaskId& task, const Recall& recall);
void erase_recall(journal::Draft& draft, const model::TaskId& task);
/// Task by task behind `after`, until `visit` returns false.
void for_each_recall(const journal::View& store, const model::TaskId& after,
                     const std::function<bool(const model::TaskId& task, const Recall& recall)>& visit);

}  // namespace lab::coordinator::tables
