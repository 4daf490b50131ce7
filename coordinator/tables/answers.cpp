#include "coordinator/tables/answers.hpp"

#include <algorithm>
#include <vector>

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

// More than one enters at a time, or a store that is too full would never become emptier.
constexpr std::size_t forgotten_at_once = 4;

Bytes answer_key(const Hash& id) { return Fields{letter::answer}.add(id).bytes(); }
Bytes age_key(std::uint64_t at_ms, const Hash& id) { return Fields{letter::answer_by_age}.add(at_ms).add(id).bytes(); }
Bytes count_key() { return Bytes(1, letter::answer_by_age); }
std::uint64_t ms_of(UtcTime at) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_unix_ms(at))); }

void set_count(journal::Draft& draft, std::uint64_t count) { draft.put(count_key(), Fields{}.add(count).bytes()); }

void forget_some(journal::Draft& draft, UtcTime now) {
  const std::uint64_t count = answer_count(draft);
  const std::uint64_t begin = ms_of(now - answers_kept);
  std::vector<Bytes> old;
  draft.scan(age_key(0, {}), journal::after_prefix(count_key()), [&](BytesView key, BytesView) {
    const bool is_over = FieldReader::of_key(key).take<std::uint64_t>() < begin;
    if (!is_over && count - old.size() < answers_max) return false;
    old.emplace_back(key);
    return old.size() < forgotten_at_once;
  });
  for (Bytes& key : old) {
    FieldReader fields = FieldReader::of_key(key);
    fields.take<std::uint64_t>();
    draft.erase(answer_key(fields.take_hash()));
    draft.erase(std::move(key));
  }
  if (!old.empty()) set_count(draft, count - old.size());
}

}  // namespace

std::optional<Answer> answer(const journal::View& store, const Hash& id) {
  const auto record = store.get(answer_key(id));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  Answer answer;
  answer.request = fields.take_hash();
  answer.at = fields.take_time();
  answer.sealed = Bytes{fields.rest()};
  return answer;
}

void keep_answer(journal::Draft& draft, const Hash& id, const Answer& answer) {
  LAB_CHECK(!draft.get(answer_key(id)));
  forget_some(draft, answer.at);
  const std::uint64_t at = ms_of(answer.at);
  draft.put(answer_key(id), Fields{}.add(answer.request).add(at).add(BytesView{answer.sealed}).bytes());
  draft.put(age_key(at, id), {});
  set_count(draft, answer_count(draft) + 1);
}

std::uint64_t answer_count(const journal::View& store) {
  const auto record = store.get(count_key());
  return record ? FieldReader{*record}.take<std::uint64_t>() : 0;
}

}  // namespace lab::coordinator::tables
