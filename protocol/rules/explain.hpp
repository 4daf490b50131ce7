#pragma once
// The verdict in words a technician and a lawyer can both check.

#include <string>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

struct ExplainOptions {
  bool reference_only = false;  // says that the item does not count for the sample
};

/// One Chinese sentence or two: result and unit as given, limit with standard and clause, how they were compared, the
/// decision rule when it is not the simple one, and the outcome with its reason. The text is made from what was judged
/// alone, so that explaining a stored verdict again gives the same octets.
std::string explain(const Evidence& evidence, const model::Limit& limit, const Finding& finding,
                    const ExplainOptions& options = {});

/// "≤0.05 mg/kg", "[5.5～8.5]", "不得检出 …": the limit itself, without the standard it stands in.
std::string bare_limit_in_words(const model::Limit& limit);
/// Why, in half a sentence.
const char* chinese_name_of(model::Reason reason);

}  // namespace lab::rules
