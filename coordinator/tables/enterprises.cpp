#include "coordinator/tables/enterprises.hpp"

#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes record_key(EnterpriseId id) { return Fields{letter::enterprise}.add(BytesView{"e"}).add(id).bytes(); }
Bytes code_key(std::string_view code) {
  return Fields{letter::enterprise}.add(BytesView{"k"}).add(crypto::sha256(code)).bytes();
}
Bytes name_prefix(std::string_view name) {
  return Fields{letter::enterprise}.add(BytesView{"n"}).add(crypto::sha256(name_key(name))).bytes();
}
Bytes member_prefix(EnterpriseId id) { return Fields{letter::enterprise}.add(BytesView{"m"}).add(id).bytes(); }

Bytes parting_prefix(EnterpriseId id) { return Fields{letter::enterprise}.add(BytesView{"p"}).add(id).bytes(); }

Enterprise read_enterprise(EnterpriseId id, BytesView record) {
  FieldReader fields{record};
  Enterprise one;
  one.id = id;
  one.code = take_short_text(fields);
  one.licence = take_long_text(fields);
  one.name = take_long_text(fields);
  const auto names = fields.take<std::uint8_t>();
  for (std::uint8_t i = 0; i < names; ++i) one.other_names.push_back(take_long_text(fields));
  one.kinds = fields.take<std::uint8_t>();
  one.city = model::CityCode{fields.take<std::uint32_t>()};
  one.county = model::CountyCode{fields.take<std::uint32_t>()};
  one.address = take_long_text(fields);
  one.made = fields.take_time();
  one.merged_into = EnterpriseId{fields.take<std::uint32_t>()};
  one.merged_by = model::PersonId{take_short_text(fields)};
  one.merged = fields.take_time();
  one.merge_reason = take_long_text(fields);
  return one;
}

Bytes record_of(const Enterprise& one) {
  Fields record;
  add_short_text(record, one.code);
  add_long_text(record, one.licence);
  add_long_text(record, one.name);
  record.add(static_cast<std::uint8_t>(one.other_names.size()));
  for (const std::string& name : one.other_names) add_long_text(record, name);
  record.add(one.kinds).add(one.city).add(one.county);
  add_long_text(record, one.address);
  record.add(one.made).add(one.merged_into);
  add_short_text(record, one.merged_by.value());
  record.add(one.merged);
  add_long_text(record, one.merge_reason);
  return record.bytes();
}

Parting read_parting(BytesView record) {
  FieldReader fields{record};
  Parting parting;
  parting.one = EnterpriseId{fields.take<std::uint32_t>()};
  parting.from = EnterpriseId{fields.take<std::uint32_t>()};
  parting.merged_by = model::PersonId{take_short_text(fields)};
  parting.merged = fields.take_time();
  parting.merge_reason = take_long_text(fields);
  parting.parted_by = model::PersonId{take_short_text(fields)};
  parting.parted = fields.take_time();
  parting.reason = take_long_text(fields);
  return parting;
}

// Each side lists it, under a number of its own.
void add_parting(journal::Draft& draft, EnterpriseId side, const Parting& parting) {
  std::uint32_t number = 1;
  scan_prefix(draft, parting_prefix(side), [&](BytesView, BytesView) {
    ++number;
    return true;
  });
  Fields record;
  record.add(parting.one).add(parting.from);
  add_short_text(record, parting.merged_by.value());
  record.add(parting.merged);
  add_long_text(record, parting.merge_reason);
  add_short_text(record, parting.parted_by.value());
  record.add(parting.parted);
  add_long_text(record, parting.reason);
  draft.put(Fields{}.add(parting_prefix(side)).add(number).bytes(), record.bytes());
}

// The octet of a full-width character (U+FF01 to U+FF5E) as ASCII; nothing for others.
std::optional<char> half_width(std::string_view three) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(three[i])); };
  if (three.size() < 3 || octet(0) != 0xEF || (octet(1) != 0xBC && octet(1) != 0xBD)) return std::nullopt;
  const unsigned point = 0xF000U + ((octet(1) & 0x3FU) << 6U) + (octet(2) & 0x3FU);
  if (point < 0xFF01U || point > 0xFF5EU) return std::nullopt;
  return static_cast<char>(point - 0xFF01U + 0x21U);
}

}  // namespace

std::string name_key(std::string_view name) {
  constexpr std::string_view wide_blank = "\xE3\x80\x80";
  std::string key;
  for (std::size_t i = 0; i < name.size();) {
    const std::string_view rest = name.substr(i);
    char c = name[i];
    std::size_t taken = 1;
    if (rest.starts_with(wide_blank)) {
      i += wide_blank.size();
      continue;
    }
    if (const auto half = half_width(rest)) {
      c = *half;
      taken = 3;
    }
    i += taken;
    if (c == ' ' || c == '\t') continue;
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

std::optional<Enterprise> enterprise(const journal::View& store, EnterpriseId id) {
  const auto record = store.get(record_key(id));
  if (!record) return std::nullopt;
  return read_enterprise(id, *record);
}

EnterpriseId add_enterprise(journal::Draft& draft, Enterprise one) {
  const Bytes count_key = Fields{letter::enterprise}.add(BytesView{"z"}).bytes();
  const auto count = draft.get(count_key);
  const std::uint32_t next = (count ? FieldReader{*count}.take<std::uint32_t>() : 0) + 1;
  draft.put(count_key, Fields{}.add(next).bytes());
  one.id = EnterpriseId{next};
  put_enterprise(draft, one);
  return one.id;
}

void put_enterprise(journal::Draft& draft, const Enterprise& one) {
  LAB_CHECK(one.other_names.size() <= enterprise_names_max);
  draft.put(record_key(one.id), record_of(one));
  if (!one.code.empty() && !draft.get(code_key(one.code))) {
    draft.put(code_key(one.code), Fields{}.add(one.id).bytes());
  }
  const auto add_name = [&](const std::string& name) {
    draft.put(Fields{}.add(name_prefix(name)).add(one.id).bytes(), Bytes{"1"});
  };
  add_name(one.name);
  for (const std::string& name : one.other_names) add_name(name);
  if (one.is_merged()) draft.put(Fields{}.add(member_prefix(one.merged_into)).add(one.id).bytes(), Bytes{"1"});
}

void part_enterprise(journal::Draft& draft, EnterpriseId id, const model::PersonId& by, const std::string& reason,
                     UtcTime now) {
  auto one = enterprise(draft, id);
  LAB_CHECK(one && one->is_merged());
  const Parting parting{.one = id,
                        .from = one->merged_into,
                        .merged_by = one->merged_by,
                        .merged = one->merged,
                        .merge_reason = one->merge_reason,
                        .parted_by = by,
                        .parted = now,
                        .reason = reason};
  draft.erase(Fields{}.add(member_prefix(one->merged_into)).add(id).bytes());
  one->merged_into = EnterpriseId{};
  one->merged_by = {};
  one->merged = {};
  one->merge_reason.clear();
  put_enterprise(draft, *one);
  for (const EnterpriseId side : {parting.one, parting.from}) add_parting(draft, side, parting);
}

std::vector<Parting> partings_of(const journal::View& store, EnterpriseId id) {
  std::vector<Parting> partings;
  scan_prefix(store, parting_prefix(id), [&](BytesView, BytesView record) {
    partings.push_back(read_parting(record));
    return true;
  });
  return partings;
}

std::optional<EnterpriseId> enterprise_by_code(const journal::View& store, std::string_view code) {
  const auto record = store.get(code_key(code));
  if (!record) return std::nullopt;
  return EnterpriseId{FieldReader{*record}.take<std::uint32_t>()};
}

std::vector<EnterpriseId> enterprises_by_name(const journal::View& store, std::string_view name) {
  std::vector<EnterpriseId> found;
  const Bytes prefix = name_prefix(name);
  scan_prefix(store, prefix, [&](BytesView key, BytesView) {
    found.push_back(EnterpriseId{FieldReader{key.substr(prefix.size())}.take<std::uint32_t>()});
    return true;
  });
  return found;
}

EnterpriseId standing_for(const journal::View& store, EnterpriseId id) {
  for (auto one = enterprise(store, id); one && one->is_merged(); one = enterprise(store, id)) id = one->merged_into;
  return id;
}

std::vector<EnterpriseId> members_of(const journal::View& store, EnterpriseId id) {
  std::vector<EnterpriseId> members{id};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Bytes prefix = member_prefix(members[i]);
    scan_prefix(store, prefix, [&](BytesView key, BytesView) {
      members.push_back(EnterpriseId{FieldReader{key.substr(prefix.size())}.take<std::uint32_t>()});
      return true;
    });
  }
  return members;
}

void for_each_enterprise(const journal::View& store, EnterpriseId after,
                         const std::function<bool(const Enterprise& enterprise)>& visit) {
  store.scan(record_key(EnterpriseId{after.value() + 1}),
             journal::after_prefix(Fields{letter::enterprise}.add(BytesView{"e"}).bytes()),
             [&](BytesView key, BytesView record) {
               FieldReader fields{key.substr(2)};
               const Enterprise one = read_enterprise(EnterpriseId{fields.take<std::uint32_t>()}, record);
               return one.is_merged() || visit(one);
             });
}

}  // namespace lab::coordinator::tables
