#pragma once
// Values as the JSON that pages and scripts see. Private to this folder.

#include <nlohmann/json.hpp>

#include "coordinator/board/province.hpp"
#include "coordinator/coordinator.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/reports/status.hpp"
#include "coordinator/reports/summary.hpp"

namespace lab::board {

nlohmann::json to_json(const model::Task& task);
nlohmann::json to_json(const reports::PlanStatus& plan);
nlohmann::json to_json(const reports::Status& status, const std::vector<coordinator::Session>& sessions);
nlohmann::json to_json(const reports::History& history);
/// Laboratories by their numbers.
nlohmann::json draw_json(const coordinator::tables::Draw& draw);
nlohmann::json to_json(const coordinator::tables::Exception& exception);
/// What was found where no sample could be drawn. Precondition: the event says so.
void add_declined(nlohmann::json& row, const model::Event& event);
/// Names stand beside codes where the province knows them; `province` may be nothing.
nlohmann::json to_json(const reports::Summary& summary, const reports::Query& query, const journal::View& store,
                       const Province* province);

}  // namespace lab::board
