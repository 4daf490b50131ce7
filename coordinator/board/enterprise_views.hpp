#pragma once
// Enterprises, credit classes and reports of products as the JSON that pages and scripts see. They name enterprises:
// only for those who may know whom a sample was taken from. Private to this folder.

#include <nlohmann/json.hpp>

#include "coordinator/board/province.hpp"
#include "coordinator/enterprises/publishing.hpp"
#include "coordinator/enterprises/signalling.hpp"
#include "coordinator/enterprises/weights.hpp"

namespace lab::board {

/// One line of the register, with its counts and what is public of it; `province` may be nothing.
nlohmann::json to_json(const coordinator::tables::Enterprise& enterprise, const journal::View& store,
                       const Province* province);
/// The whole of it: names, history, series of lots, class with its reasons, publications, weight.
nlohmann::json whole_json(const coordinator::tables::Enterprise& enterprise, const journal::View& store,
                          const Province* province, UtcTime now);
/// {"unit": {"enterprise", "name"}, "producer": ...} of a sample, each null where nobody is known; the entries that
/// stand for them now.
nlohmann::json parties_json(const journal::View& store, const model::TaskId& task);
/// Entries known by this name, as [{"enterprise", "name", "code"}]: different enterprises may have one name.
nlohmann::json named_json(const journal::View& store, const std::string& name);
nlohmann::json to_json(const coordinator::tables::Publication& publication, const journal::View& store);
nlohmann::json to_json(const enterprises::CreditRule& rule);
nlohmann::json to_json(const enterprises::Weight& weight);
/// `group`: the first report of its group, and how many that has.
nlohmann::json to_json(const coordinator::tables::Signal& signal, const Province* province);

}  // namespace lab::board
