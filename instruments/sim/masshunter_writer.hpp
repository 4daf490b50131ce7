#pragma once
// Writes the file that a person exports from MassHunter: a batch table as CSV, complete from the moment its name
// appears.

#include <string>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::sim {

struct BatchRow {
  std::string name;       // sample
  std::string data_file;  // "S001.d"
  std::string type = "Sample";
  std::vector<std::string> values{};  // one per analyte, as printed; empty: no peak
};

struct Batch {
  std::string file_name = "batch.csv";
  std::vector<std::string> analytes;
  std::string unit;  // of every value; empty: the export has no such column
  std::vector<BatchRow> rows;
};

/// The octets of the export: two header rows, CR LF between rows and none behind the last, as MassHunter writes them.
std::string masshunter_csv(const Batch& batch);

/// Writes it under a temporary name in `folder` and renames it. Returns the path.
Result<std::string> write_masshunter(const std::string& folder, const Batch& batch);

}  // namespace lab::sim
