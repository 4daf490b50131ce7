#pragma once
// Tables of single samples, and tables of counts. Private to this folder.

#include "coordinator/documents/tables.hpp"

namespace lab::documents {

Table results_table(const journal::View& store, const Names& names, const TableQuestion& question);
Table nonconforming_table(const journal::View& store, const Names& names, const TableQuestion& question);
Table rates_table(const journal::View& store, const Names& names, const TableQuestion& question);
Table progress_table(const journal::View& store, const Names& names, const TableQuestion& question);

}  // namespace lab::documents
