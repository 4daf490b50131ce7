#pragma once
// Private to this folder: how a tally is written into records.

#include "coordinator/tables/results.hpp"

namespace lab::coordinator::tables {

inline Bytes bytes_of(const Tally& tally) {
  journal::Fields fields;
  for (const Verdicts* verdicts : {&tally.first, &tally.final}) {
    fields.add(verdicts->pass).add(verdicts->fail).add(verdicts->problem).add(verdicts->undetermined);
  }
  return fields.bytes();
}

inline Tally read_tally(BytesView record) {
  journal::FieldReader fields{record};
  Tally tally;
  for (Verdicts* verdicts : {&tally.first, &tally.final}) {
    verdicts->pass = fields.take<std::uint64_t>();
    verdicts->fail = fields.take<std::uint64_t>();
    verdicts->problem = fields.take<std::uint64_t>();
    verdicts->undetermined = fields.take<std::uint64_t>();
  }
  return tally;
}

}  // namespace lab::coordinator::tables
