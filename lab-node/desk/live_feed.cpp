#include "lab-node/desk/live_feed.hpp"

#include <nlohmann/json.hpp>

#include "lab-node/tables/tables.hpp"
#include "protocol/journal/room.hpp"
#include "protocol/service/health.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

}  // namespace

void Changes::note(const journal::Effect& effect) {
  const auto* put = std::get_if<journal::Put>(&effect);
  const auto* erase = std::get_if<journal::Erase>(&effect);
  const Bytes* key = put != nullptr ? &put->key : erase != nullptr ? &erase->key : nullptr;
  if (key == nullptr) return;
  const std::string_view kind = tables::kind_of_key(*key);
  if (kind.empty()) return;
  if (kind != tables::samples_kind) {
    kinds_.insert(kind);
    return;
  }
  const auto [place, is_new] = samples_.try_emplace(*key);
  if (put == nullptr || (is_new && kept_ == numbers_told)) return;
  if (is_new) ++kept_;
  if (is_new || !place->second.empty()) place->second = put->record;
}

void Changes::tell(service::Live& live) const {
  if (!samples_.empty()) {
    json numbers = json::array();
    for (const auto& [key, record] : samples_) {
      if (!record.empty()) numbers.push_back(tables::sample_of(record).grant.number.text());
    }
    const bool more = numbers.size() < samples_.size();
    live.tell(tables::samples_kind, json{{"numbers", std::move(numbers)}, {"more", more}}.dump());
  }
  for (const std::string_view kind : kinds_) live.tell(kind, "{}");
}

void Changes::mark(SampleIndex& index) const {
  for (const auto& [key, record] : samples_) index.changed(key);
}

std::string link_line(const LinkStatus& link, const journal::View& store) {
  return json{{"configured", link.configured},
              {"linked", link.linked},
              {"welcome", link.welcome},
              {"refusal", link.refusal},
              {"clock_skew", service::clock_skew(link.clock_ahead)},
              {"room", journal::name_of(link.room)},
              {"waiting", session::stream_head(store).sequence - session::acknowledged(store)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace lab::desk
