#pragma once
// The sampling form (抽样单) on A4 paper, as PDF: what the sampler has entered, boxes for what only paper may carry,
// and lines to sign on. What stands on it is given; nothing is looked up here.

#include <string>
#include <vector>

#include "instruments/paper/field.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::paper {

struct FormSection {
  std::string name;
  std::vector<Field> fields;  // an empty value leaves room to write by hand
};

struct SamplingFormSheet {
  std::string number;  // of the sample
  std::string title;   // "产品质量监督抽查抽样单" ...
  std::vector<FormSection> sections;
  std::vector<std::string> signatures;  // who signs: "抽样人员签字" ...
  std::vector<std::string> notes;       // at the end
  UtcTime dated{};                      // the PDF's own date, so that the same form is the same bytes
};

/// As many pages as it needs, each with the number of the sample. Errors as print_test_report().
Result<Bytes> print_sampling_form(const SamplingFormSheet& form);

}  // namespace lab::paper
