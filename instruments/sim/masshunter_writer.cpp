#include "instruments/sim/masshunter_writer.hpp"

#include <filesystem>
#include <fstream>

namespace lab::sim {
namespace {

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string text = "\"";
  for (const char c : cell) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

void add_row(std::string& csv, const std::vector<std::string>& cells) {
  if (!csv.empty()) csv += "\r\n";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) csv += ',';
    csv += quoted(cells[i]);
  }
}

}  // namespace

std::string masshunter_csv(const Batch& batch) {
  std::vector<std::string> groups{"Sample", "", "", "", "", ""};
  std::vector<std::string> titles{"", "Name", "Data File", "Type", "Level", "Acq. Date-Time"};
  for (const std::string& analyte : batch.analytes) {
    if (!batch.unit.empty()) groups.push_back(analyte + " Method");
    if (!batch.unit.empty()) titles.emplace_back("Units");
    groups.push_back(analyte + " Results");
    titles.insert(titles.end(), {"RT", "Final Conc."});
    groups.emplace_back();
  }
  std::string csv;
  add_row(csv, groups);
  add_row(csv, titles);
  for (const BatchRow& row : batch.rows) {
    std::vector<std::string> cells{"", row.name, row.data_file, row.type, "", "6/3/2013 9:00"};
    for (std::size_t i = 0; i < batch.analytes.size(); ++i) {
      const std::string value = i < row.values.size() ? row.values[i] : std::string{};
      if (!batch.unit.empty()) cells.push_back(batch.unit);
      cells.insert(cells.end(), {value.empty() ? "" : "3.422", value});
    }
    add_row(csv, cells);
  }
  return csv;
}

Result<std::string> write_masshunter(const std::string& folder, const Batch& batch) {
  namespace fs = std::filesystem;
  const fs::path target = fs::path{folder} / batch.file_name;
  const fs::path temporary = fs::path{folder} / (batch.file_name + ".tmp");
  {
    std::ofstream file{temporary, std::ios::binary};
    file << masshunter_csv(batch);
    if (!file.flush())
      return fail(ErrorCode::storage, "cannot write the file; check the folder and its space", temporary.string());
  }
  std::error_code error;
  fs::rename(temporary, target, error);
  if (error) return fail(ErrorCode::storage, error.message(), target.string());
  return target.string();
}

}  // namespace lab::sim
