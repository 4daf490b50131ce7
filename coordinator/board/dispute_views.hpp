#pragma once
// Clocks, notices and objections as JSON. Private to this folder.

#include <nlohmann/json.hpp>

#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/objections.hpp"

namespace lab::board {

/// With what it is counted by, and its state.
nlohmann::json to_json(const clocks::Clock& clock);
/// The enterprise stands in it only for those who may see it.
nlohmann::json to_json(const coordinator::tables::Notice& notice, const journal::View& store, bool with_unit);
nlohmann::json to_json(const coordinator::tables::Objection& objection, const journal::View& store, bool with_unit);

/// The clocks, the notice and the objection of a task, for its page; null where there is none.
void add_dispute(nlohmann::json& object, const journal::View& store, const model::TaskId& task, bool with_unit);

/// The table of guards: what moves a notice or an objection, from which state to which, and who may.
nlohmann::json guards();

}  // namespace lab::board
