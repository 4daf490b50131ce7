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

}  // namespace lab::journal
