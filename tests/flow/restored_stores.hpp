#pragma once
// What a backup of a store in memory holds, and a store that was put back from one.

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "protocol/journal/store.hpp"

namespace lab::flow {

using Records = std::vector<std::pair<Bytes, Bytes>>;

inline Records records_of(const journal::Store& store) {
  Records records;
  store.read()->scan("", Bytes(journal::View::key_max, '\xFF'), [&](BytesView key, BytesView record) {
    records.emplace_back(key, record);
    return true;
  });
  return records;
}

inline std::unique_ptr<journal::Store> store_of(const Records& records) {
  auto store = journal::make_memory_store();
  const auto batch = store->write();
  for (const auto& [key, record] : records) EXPECT_TRUE(batch->put(key, record).has_value());
  EXPECT_TRUE(batch->commit().has_value());
  return store;
}

}  // namespace lab::flow
