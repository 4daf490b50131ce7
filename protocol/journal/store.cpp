#include "protocol/journal/store.hpp"

namespace lab::journal {

Result<Effects> apply(Effects&& effects, Batch& batch) {
  Effects rest;
  for (Effect& effect : effects) {
    Result<void> stored;
    if (const auto* put = std::get_if<Put>(&effect)) {
      stored = batch.put(put->key, put->record);
    } else if (const auto* erase = std::get_if<Erase>(&effect)) {
      stored = batch.erase(erase->key);
    } else {
      rest.push_back(std::move(effect));
    }
    if (!stored) return fail(std::move(stored));
  }
  return rest;
}

Result<std::uint64_t> scrub(const Store& store) {
  std::uint64_t records = 0;
  const Bytes above_every_key(View::key_max + 1, '\xFF');
  try {
    store.read()->scan({}, above_every_key, [&](BytesView, BytesView) {
      ++records;
      return true;
    });
  } catch (const Damage& damage) {
    return fail(ErrorCode::storage, damage.what());
  }
  return records;
}

}  // namespace lab::journal
