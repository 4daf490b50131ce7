#include "lab-node/desk/reception_views.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace lab::desk {
namespace {

using nlohmann::json;

std::string hex_or_empty(const Hash& hash) { return hash.is_zero() ? std::string{} : to_hex(hash.view()); }

std::string time_or_empty(UtcTime time) { return time == UtcTime{} ? std::string{} : to_text(time); }

json line_of(const model::Received& what, const model::PersonId& receiver, UtcTime at) {
  return {{"copy", what.copy},
          {"receiver", receiver.value()},
          {"at", time_or_empty(at)},
          {"reader", what.reader},
          {"code", what.code},
          {"condition", what.condition},
          {"photo", hex_or_empty(what.photo)},
          {"thumbnail", hex_or_empty(what.thumbnail)},
          {"printed_number", {{"text", what.printed}, {"agrees", name_of(what.printed_is)}}},
          {"status", name_of(what.status)},
          {"seal", name_of(what.seal)},
          {"seal_photo", hex_or_empty(what.seal_photo)},
          {"captured_at", time_or_empty(what.captured)},
          {"device", what.device},
          {"accepted", what.accepted},
          {"reason", what.reason}};
}

}  // namespace

json reception_of(const model::Sample& sample) { return line_of(sample.received, sample.receiver, sample.received_at); }

json further_copies_of(const model::Sample& sample) {
  json copies = json::array();
  for (const model::ReceivedCopy& one : sample.further) copies.push_back(line_of(one.what, one.receiver, one.at));
  return copies;
}

std::string in_words(const model::Received& what) {
  std::string words = what.reader + " " + what.condition;
  if (what.copy > 1) words = fmt::format("第 {} 份（备样） {}", what.copy, words);
  if (!what.accepted.empty()) words += fmt::format("；存疑收样（{}）：{}", what.accepted, what.reason);
  return words;
}

}  // namespace lab::desk
