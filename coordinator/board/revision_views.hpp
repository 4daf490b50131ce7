#pragma once
// Revisions of plans as JSON. Private to this folder.

#include <nlohmann/json.hpp>

#include "coordinator/board/request.hpp"
#include "coordinator/dispatch/revisions.hpp"

namespace lab::board {

/// What a plan would change, for its author to look at. Whose lots they are stands in it only with `with_enterprises`.
nlohmann::json to_json(const dispatch::RevisionCheck& check, const Province* province, bool with_enterprises);

}  // namespace lab::board
