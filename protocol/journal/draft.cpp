#include "protocol/journal/draft.hpp"

#include <iterator>

#include "protocol/base/check.hpp"

namespace lab::journal {

Bytes after_prefix(BytesView prefix) {
  Bytes end{prefix};
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  LAB_CHECK(!end.empty());
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

void append(Effects& effects, Effects&& more) {
  effects.insert(effects.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::optional<Bytes> Draft::get(BytesView key) const {
  const auto change = changes_.find(key);
  return change == changes_.end() ? base_.get(key) : change->second;
}

void Draft::scan(BytesView first, BytesView last, const Visit& visit) const {
  auto change = changes_.lower_bound(first);
  bool more = true;
  // Visits the changes below `limit`.
  const auto visit_changes_below = [&](BytesView limit) {
    for (; more && change != changes_.end() && change->first < limit; ++change) {
      if (change->second) more = visit(change->first, *change->second);
    }
  };
  base_.scan(first, last, [&](BytesView key, BytesView record) {
    visit_changes_below(key);
    if (!more) return false;
    if (change != changes_.end() && change->first == key) {
      if (change->second) more = visit(key, *change->second);
      ++change;
    } else {
      more = visit(key, record);
    }
    return more;
  });
  visit_changes_below(last);
}

void Draft::put(Bytes key, Bytes record) {
  LAB_CHECK(!key.empty() && key.size() <= key_max);
  changes_.insert_or_assign(std::move(key), std::move(record));
}

void Draft::erase(Bytes key) { changes_.insert_or_assign(std::move(key), std::nullopt); }

void Draft::send(model::NodeId to, model::Message message, std::uint64_t session) {
  said_.emplace_back(Send{to, std::move(message), session});
}

void Draft::tell(std::string about, std::string note) { said_.emplace_back(Tell{std::move(about), std::move(note)}); }

void Draft::wake_at(UtcTime at) { said_.emplace_back(WakeAt{at}); }

Effects Draft::take() {
  Effects effects;
  effects.reserve(changes_.size() + said_.size());
  for (auto& [key, record] : changes_) {
    if (record) {
      effects.emplace_back(Put{key, std::move(*record)});
    } else {
      effects.emplace_back(Erase{key});
    }
  }
  append(effects, std::move(said_));
  changes_.clear();
  said_.clear();
  return effects;
}

}  // namespace lab::journal
