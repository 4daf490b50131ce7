#include "tests/store/reading.hpp"

#include "protocol/journal/scrub.hpp"

namespace lab::faults {

Records read_all(const journal::Store& store) {
  Records records;
  store.read()->scan("", Bytes(journal::View::key_max + 1, '\xFF'), [&](BytesView key, BytesView record) {
    records.emplace_hint(records.end(), key, record);
    return true;
  });
  return records;
}

void scrub(const journal::Store& store) {
  constexpr std::size_t records_per_step = 100;
  journal::ScrubPass pass{store};
  while (!pass.step(records_per_step)) {
  }
}

}  // namespace lab::faults
