#pragma once
// Tables that the program starts with; made at build time from coordinator/enterprises/reference.

#include <string_view>

namespace lab::enterprises {

extern const std::string_view default_credit_rules;  // reference/credit_rules.csv
extern const std::string_view default_risk_rules;    // reference/risk_rules.csv

}  // namespace lab::enterprises
