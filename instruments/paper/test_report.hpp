#pragma once
// The test report (检验报告) on A4 paper, as PDF. What stands on it is given; nothing is looked up or judged here.

#include <cstdint>
#include <string>
#include <vector>

#include "instruments/paper/field.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::paper {

struct ReportItem {
  std::string analyte;
  std::string method;
  std::string result;  // as judged, with further portions
  std::string unit;
  std::string limit;  // with its sign: "≤0.05"
  std::string basis;  // standard and clause
  std::string verdict;
};

/// Who put their name to it, when, and the hash of the event that says so.
struct Signer {
  std::string role;
  std::string person;
  std::string at;
  std::string hash;
};

struct TestReport {
  std::string number;  // of the report
  std::uint16_t version = 1;
  std::string replaces;     // the number it replaces; empty for the first
  std::string replaced_by;  // it is void, because this one stands in its place; empty while it holds
  std::vector<Field> head;  // laboratory, sample, dates
  std::vector<ReportItem> items;
  std::string conclusion;
  std::vector<Signer> signers;
  std::vector<std::string> notes;  // at the end: what it was judged by, what it is not
  UtcTime signed_at{};             // the PDF's own date, so that the same report is the same bytes
};

/// As many pages as it needs, each with the number of the report and "第 n 页 共 m 页". The fonts are embedded, and
/// only the characters that are used. The same report gives the same bytes on machines with the same fonts. Errors:
/// not_found for a font that is not installed, with its package; unsupported for a character that no font draws.
Result<Bytes> print_test_report(const TestReport& report);

}  // namespace lab::paper
