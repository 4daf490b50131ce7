#include "lab-node/reception/tray.hpp"

#include <fmt/format.h>

#include "lab-node/reception/reception.hpp"
#include "lab-node/tables/photos.hpp"
#include "lab-node/tables/tray.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"

namespace lab::reception {
namespace {

namespace tables = node::tables;
using node::Decided;
using node::refuse;

Decided<model::TrayEntry> waiting_entry(const journal::View& store, std::uint64_t id) {
  auto entry = tables::tray_entry(store, id);
  if (!entry) return refuse("unknown_entry", "待处理照片中没有这一条");
  if (!entry->decided_by.value().empty()) {
    return refuse("already_decided",
                  fmt::format("这张照片已由 {} 处理：{}", entry->decided_by.value(), entry->decision));
  }
  return std::move(*entry);
}

model::TrayEntry entry_from(const Label& label, const node::Refusal& refusal) {
  model::TrayEntry entry{.laboratory = tidy(label.laboratory, 40), .code = refusal.code, .detail = refusal.detail};
  if (label.number) entry.seen.number = *label.number;
  entry.seen.photo = label.photo;
  entry.seen.thumbnail = label.thumbnail;
  entry.seen.reader = tidy(label.reader);
  entry.seen.copy = label.copy;
  entry.seen.code = tidy(label.code);
  entry.seen.printed_is = label.printed_is;
  entry.seen.printed = tidy(label.printed);
  entry.seen.captured = label.captured;
  entry.seen.device = tidy(label.device);
  return entry;
}

}  // namespace

bool is_known(const journal::View& store, const Hash& photo) {
  return tables::photo_use(store, photo).has_value() || tables::tray_entry_of(store, photo).has_value();
}

PhotoOutcome take_photo(journal::Draft& draft, const Label& label, const std::string& port,
                        const model::PersonId& person, UtcTime now) {
  LAB_CHECK(!label.photo.is_zero());
  if (is_known(draft, label.photo)) return {.received = {}, .entry = {}, .repeated = true};
  Decided<model::Sample> received =
      session::is_rehydrating(draft)
          ? refuse("rehydrating", "本站正在与省平台核对恢复的数据，照片先存入待认领；完成后请收样")
          : receive(draft, label, person, now);
  if (received) return {.received = std::move(*received), .entry = {}};
  model::TrayEntry entry = entry_from(label, received.error());
  entry.port = tidy(port);
  entry.at = now;
  entry.person = person;
  return {.received = {}, .entry = tables::add_tray_entry(draft, entry)};
}

Decided<Label> label_in_tray(const journal::View& store, std::uint64_t id) {
  const auto entry = waiting_entry(store, id);
  if (!entry) return tl::unexpected(entry.error());
  const model::Received& seen = entry->seen;
  Label label{.number = {},
              .laboratory = entry->laboratory,
              .photo = seen.photo,
              .reader = seen.reader,
              .copy = seen.copy,
              .code = seen.code,
              .printed_is = seen.printed_is,
              .printed = seen.printed,
              .thumbnail = seen.thumbnail,
              .captured = seen.captured,
              .device = seen.device};
  if (!seen.number.empty()) label.number = seen.number;
  label.official = model::OfficialNumber::parse(seen.code);
  return label;
}

Decided<model::Sample> receive_from_tray(journal::Draft& draft, std::uint64_t id, const Label& label,
                                         const model::PersonId& person, UtcTime now) {
  auto entry = waiting_entry(draft, id);
  if (!entry) return tl::unexpected(std::move(entry.error()));
  LAB_CHECK(label.photo == entry->seen.photo);
  const model::SampleNumber& proven = entry->seen.number;
  if (!proven.empty() && label.number != proven) {
    return refuse("number_contradicts",
                  fmt::format("照片中的条码是样品 {}，不能作为另一样品收样；请核对，或剔除此照片", proven.text()));
  }
  auto received = receive(draft, label, person, now);
  if (!received) return received;
  entry->decided_by = person;
  entry->decision = fmt::format("收样 {}（第 {} 份）", received->grant.number.text(), label.copy);
  if (!label.accepted.reason.empty()) entry->decision += "：" + label.accepted.reason;
  tables::close_tray_entry(draft, id, *entry);
  return received;
}

Decided<model::TrayEntry> dismiss(journal::Draft& draft, std::uint64_t id, const std::string& reason,
                                  const model::PersonId& person, UtcTime now) {
  auto entry = waiting_entry(draft, id);
  if (!entry) return entry;
  if (reason.empty()) return refuse("missing_field", "请写明为何不收此照片中的样品");
  if (!is_tidy(reason)) return refuse("bad_text", "理由过长（最多200字节）或含有不可打印的字符，请改短");
  entry->decided_by = person;
  entry->decision = "剔除：" + reason;
  tables::close_tray_entry(draft, id, *entry);
  session::append(
      draft,
      {.task = {},
       .token = {},
       .person = person,
       .what = model::Incident{fmt::format("照片 {}（{}）未收样，剔除：{}",
                                           to_hex(entry->seen.photo.view()).substr(0, 12), entry->port, reason)}},
      now);
  return entry;
}

}  // namespace lab::reception
