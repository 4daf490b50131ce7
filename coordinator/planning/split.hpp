#pragma once
// From quota cells to single numbered tasks: one task is one sample to be drawn.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/task.hpp"

namespace lab::planning {

/// A fresh blind code at each call: 1 to 32 upper-case letters, digits or hyphens. The shell draws it from the system's
/// random source, so that nothing about a sample can be guessed from its code.
using BlindCodes = std::function<std::string()>;

/// Where numbering goes on.
struct Numbering {
  std::uint32_t first_task = 1;                               // TaskId::number of the first task
  std::map<model::ProgrammeCode, std::uint32_t> next_serial;  // per programme and year; 1 where nothing is said
};

/// A collision among codes of ten random characters is a matter of luck once; sixteen in a row is a broken source.
constexpr int blind_code_tries_max = 16;

/// Tasks in the order of the cells, those of one cell together, states `planned`, numbers consecutive; as many as the
/// quotas add up to. Sample numbers count per programme within the plan's year.
/// Errors: too_large when a programme runs out of five-digit serials (nothing is numbered then); unavailable when the
/// source of blind codes repeats itself or gives something that is no blind code.
Result<std::vector<model::Task>> split(const model::Plan& plan, const Numbering& numbering, const BlindCodes& codes);

/// Serials left free after splitting that plan with that numbering: the `next_serial` of the next one.
std::map<model::ProgrammeCode, std::uint32_t> next_serials(const model::Plan& plan, const Numbering& numbering);

}  // namespace lab::planning
