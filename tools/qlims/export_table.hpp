#pragma once
// Tables for people, as the coordinator writes them under filters.

#include <string>

#include "tools/qlims/api_options.hpp"

namespace lab::qlims {

struct TableOptions {
  std::string table;   // empty: none is asked for
  std::string format;  // csv, xlsx or pdf; empty: by the name of the file
  std::string encoding = "utf-8";
  std::string by;
  std::string programme;
  std::string city;
  std::string county;
  std::string category;
  std::string stage;
  std::string round;
  std::string month;
  std::string lab;
  std::string analyte;
  std::string as_of;
  std::string verdicts = "final";
  bool bare = false;
};

void add_table_options(CLI::App& command, TableOptions& options);

/// "&city=510100&verdicts=final": the filters, as the interface names them.
std::string filters_of(const TableOptions& options);

/// Writes it to `out`, a CSV also to standard output when `out` is empty; ends the command when it fails.
void export_table(const TableOptions& options, const ApiOptions& api_options, const std::string& out);

}  // namespace lab::qlims
