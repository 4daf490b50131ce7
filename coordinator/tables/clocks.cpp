#include "coordinator/tables/clocks.hpp"

#include "coordinator/tables/registry.hpp"

namespace lab::coordinator::tables {

clocks::Terms terms(const journal::View& store) {
  auto read = clocks::read_terms(province_file(store, deadlines_file).value_or(""),
                                 province_file(store, holidays_file).value_or(""));
  if (!read) throw journal::Damage("the stored deadlines cannot be read: " + to_text(read.error()));
  return std::move(*read);
}

}  // namespace lab::coordinator::tables
