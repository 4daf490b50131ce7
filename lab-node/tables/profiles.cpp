#include "lab-node/tables/profiles.hpp"

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::node::tables {

void keep_profile(journal::Draft& draft, std::string_view json) {
  Bytes key = journal::Fields{'P'}.add(crypto::sha256(json)).bytes();
  if (!draft.get(key)) draft.put(std::move(key), Bytes{json});
}

void scan_profiles(const journal::View& store, const std::function<bool(std::string_view json)>& visit) {
  store.scan("P", journal::after_prefix("P"), [&](BytesView, BytesView record) { return visit(record); });
}

}  // namespace lab::node::tables
