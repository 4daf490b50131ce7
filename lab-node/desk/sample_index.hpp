#pragma once
// All samples by the words on them, in memory, so that a filter over a year's samples answers while somebody types.
// Holds nothing that is not in the store, and is filled from it.

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/journal/store.hpp"
#include "protocol/model/sample.hpp"

namespace lab::desk {

/// What a sample waits for at its laboratory; the role that does it is in waiting.cpp.
enum class Waits : std::uint8_t {
  nothing,
  to_sample,
  to_receive,
  to_measure,
  returned,    // a verdict was taken back: measured or judged anew
  to_confirm,  // a suspected result asks for a second portion
  to_review,
  to_approve,
};
constexpr std::size_t waits_count = static_cast<std::size_t>(Waits::to_approve) + 1;
const char* name_of(Waits waits);
Waits waits_for(const model::Sample& sample);

struct SampleFilter {
  std::string words{};                    // each, between blanks, stands somewhere on the sample; letters of any size
  std::set<model::SampleState> states{};  // of one of these; none given: of all
  std::set<Waits> waits{};                // likewise
  model::PanelCode panel{};               // empty: of any
};

/// From any thread; queries one after the other, a change never waits for one.
class SampleIndex {
 public:
  explicit SampleIndex(const journal::Store& store) : store_(store) {}

  /// A record was changed. To be called after the commit; keys of other tables are none of its business.
  void changed(BytesView key);

  struct Found {
    std::vector<model::Sample> samples;  // in task order, as they are stored now
    bool more = false;
    std::uint64_t count = 0;  // of all that fit, on this page and others
  };
  /// The samples behind `after`. Reads all samples the first time: seconds for 100,000. Throws journal::Damage.
  Found find(const SampleFilter& filter, const model::TaskId& after, std::size_t limit);
  /// How many wait for what.
  std::array<std::uint64_t, waits_count> waiting();

 private:
  struct Entry {
    std::string text;
    model::PanelCode panel;
    model::SampleState state;
    Waits waits;
  };
  static bool fits(const Entry& entry, const SampleFilter& filter, std::span<const std::string> words);
  std::unique_ptr<journal::Snapshot> fresh();
  void take(const model::Sample& sample);

  const journal::Store& store_;
  std::mutex changing_;      // guards what follows
  std::set<Bytes> changed_;  // keys of samples that were changed since the entries were read
  bool stale_ = true;        // too many of them, or nothing read yet

  std::mutex reading_;  // guards what follows; taken before the other
  std::map<model::TaskId, Entry> entries_;
  std::array<std::uint64_t, waits_count> waiting_{};
};

}  // namespace lab::desk
