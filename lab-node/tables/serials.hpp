#pragma once
// Serial numbers that this node may give by itself, and the numbers that samples no longer carry.
//
//   'f' year, programme -> what is left of the leased blocks, and the request that has no answer yet
//   'F' -> how many numbers this node has ever given     'z' replaced number -> task     'O' official number -> task

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"
#include "protocol/model/serials.hpp"

namespace lab::node::tables {

struct SerialRange {
  std::uint32_t next = 0;
  std::uint32_t end = 0;  // the first that is not ours

  bool operator==(const SerialRange&) const = default;
};

struct HeldSerials {
  std::uint32_t incarnation = 1;    // of the stream in which they were leased: they are worth nothing in another
  Hash request;                     // of the event that asked for more; none when no answer is awaited
  std::vector<SerialRange> ranges;  // none of them empty; used from the front

  [[nodiscard]] std::uint32_t left() const;
};

HeldSerials held_serials(const journal::View& store, const model::SerialKind& kind);
void put_held_serials(journal::Draft& draft, const model::SerialKind& kind, const HeldSerials& held);
void for_each_held_serials(const journal::View& store,
                           const std::function<void(const model::SerialKind&, const HeldSerials&)>& visit);

std::uint64_t serials_given(const journal::View& store);
void set_serials_given(journal::Draft& draft, std::uint64_t given);

/// The sample is found by its new number from now on, and by `before` never again; who asks for `before` can be told.
/// Precondition: `sample` has been stored under `before`.
void replace_number(journal::Draft& draft, const model::Sample& sample, const model::SampleNumber& before);
/// The reverse: `sample` has its first number again, after it was stored under `later`, and under `between` before
/// that.
void restore_number(journal::Draft& draft, const model::Sample& sample, const model::SampleNumber& later,
                    const std::vector<model::SampleNumber>& between);
/// The sample that once had this number.
std::optional<model::TaskId> task_of_replaced_number(const journal::View& store, std::string_view number);

/// The sample whose sampling form names this official number.
std::optional<model::TaskId> task_of_official_number(const journal::View& store, std::string_view official);
void index_official_number(journal::Draft& draft, const model::Sample& sample);

}  // namespace lab::node::tables
