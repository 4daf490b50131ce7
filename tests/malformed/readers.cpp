#include "tests/malformed/readers.hpp"

#include <fmt/format.h>

#include <sstream>

#include "coordinator/planning/import.hpp"
#include "instruments/drivers/astm_link.hpp"
#include "instruments/drivers/astm_records.hpp"
#include "instruments/drivers/hl7.hpp"
#include "instruments/drivers/hl7_text.hpp"
#include "instruments/drivers/jcamp.hpp"
#include "instruments/drivers/masshunter.hpp"
#include "instruments/drivers/mllp.hpp"
#include "instruments/drivers/sics.hpp"
#include "instruments/drivers/stx_link.hpp"
#include "instruments/drivers/stx_text.hpp"
#include "instruments/label/header.hpp"
#include "instruments/label/payload.hpp"
#include "instruments/profiles/json_records.hpp"
#include "instruments/profiles/library.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/charset.hpp"
#include "protocol/base/csv.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/evidence/consistency.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/http/url.hpp"
#include "protocol/journal/backup_manifest.hpp"
#include "protocol/model/official_number.hpp"
#include "protocol/model/sample_number.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/panel_table.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/planning/fixture.hpp"
#include "tests/malformed/programs.hpp"
#include "tools/verify/statement.hpp"

namespace lab::malformed {
namespace {

template <class T>
std::string said(const Result<T>& result) {
  return result ? std::string{} : to_text(result.error());
}

template <class T>
std::string said(const std::optional<T>& value) {
  return value ? "" : "refused";
}

std::string said(const model::Decoding& decoding) { return decoding.refused; }

// A plan of the province in the test fixture; all complaints, in order.
std::string plan(BytesView input) {
  static const planning::testing::Province province;
  const auto imported = planning::import_plan(input, "plan.csv", province.head, province.context());
  if (!imported) return to_text(imported.error());
  std::string text;
  for (const planning::Complaint& complaint : imported->complaints) {
    text += (text.empty() ? "" : " | ") + planning::to_text("plan.csv", complaint);
  }
  return text;
}

std::string profile(BytesView input) {
  profiles::Library library;
  return said(library.add(input));
}

std::string mllp(BytesView input) {
  drivers::MllpFramer framer{{.message_octets = 64}};
  framer.push(input);
  std::string text;
  while (const auto message = framer.take_message()) {
    if (message->oversized) text += "oversized;";
  }
  for (const std::string& note : framer.take_notes()) text += note + ";";
  if (framer.inside_message()) text += "unfinished;";
  return text;
}

// A line that speaks frames: what it notes and answers, octet by octet, to what was heard. The first octet asks for
// attention where the protocol has that.
template <class Link>
std::string line(Link& link, BytesView input) {
  UtcTime now{Milliseconds{1'000'000}};
  std::string replies;
  for (const char octet : input) {
    now += Milliseconds{10};
    link.push(BytesView{&octet, 1}, now);
    for (const char reply : link.take_reply()) replies += reply == '\x06' ? 'A' : reply == '\x15' ? 'N' : '?';
    if (link.awaits_storage() && link.take_message()) link.stored(now);
  }
  std::string text;
  for (const std::string& note : link.take_notes()) text += note + ";";
  return text.empty() ? "" : fmt::format("{} [{}]", text, replies);
}

std::string astm_line(BytesView input) {
  drivers::AstmLink link{{.frame_octets = 64, .message_octets = 128}};
  return line(link, input);
}

std::string stx_line(BytesView input) {
  drivers::StxLink link{64};
  return line(link, input);
}

// "OP LIMIT UNIT", parted by a vertical bar.
std::string limit(BytesView input) {
  const auto first = input.find('|');
  const auto second = input.find('|', first + 1);
  if (first == BytesView::npos || second == BytesView::npos) return "no limit";
  return said(
      rules::make_limit(input.substr(0, first), input.substr(first + 1, second - first - 1), input.substr(second + 1)));
}

std::string backup_manifest(BytesView input) {
  crypto::start();
  return said(journal::read_manifest(input));
}

// "SIZE ROOT SIZE ROOT HASH...": that the second tree extends the first.
std::string proof(BytesView input) {
  std::istringstream words{Bytes{input}};
  evidence::Root before;
  evidence::Root after;
  std::string one;
  std::string other;
  if (!(words >> before.size >> one >> after.size >> other) || !fill_from_hex(before.hash.octets, one) ||
      !fill_from_hex(after.hash.octets, other)) {
    return "no proof";
  }
  std::vector<Hash> hashes;
  for (std::string word; words >> word;) {
    if (!fill_from_hex(hashes.emplace_back().octets, word)) return "no proof";
  }
  return evidence::is_extension(before, after, hashes) ? "" : "no extension";
}

std::string statement(BytesView input) {
  crypto::start();
  return said(verify::read_statement(input));
}

}  // namespace

const std::map<std::string, Reader>& readers() {
  static const std::map<std::string, Reader> all{
      {"arguments", arguments},
      {"backup_manifest", backup_manifest},
      {"http_request", http_request},
      {"proof", proof},
      {"address", [](BytesView input) { return said(parse_address(input)); }},
      {"astm", [](BytesView input) { return said(drivers::decode_astm(input)); }},
      {"astm_line", astm_line},
      {"bci", [](BytesView input) { return said(drivers::decode_bci(input)); }},
      {"csv", [](BytesView input) { return said(parse_csv(input)); }},
      {"date", [](BytesView input) { return said(parse_date(input)); }},
      {"decimal", [](BytesView input) { return said(Decimal::parse(input)); }},
      {"event", [](BytesView input) { return said(wire::decode_event(input)); }},
      {"head", [](BytesView input) { return said(evidence::parse_head(input)); }},
      {"hl7", [](BytesView input) { return said(drivers::decode_hl7(input)); }},
      {"hl7_header", [](BytesView input) { return said(drivers::hl7::read_header(input)); }},
      {"image", [](BytesView input) { return said(label::check_image(input)); }},
      {"jcamp", [](BytesView input) { return said(drivers::decode_jcamp(input)); }},
      {"json", [](BytesView input) { return said(profiles::JsonDocument::parse(input)); }},
      {"label", [](BytesView input) { return said(label::sample_in(input)); }},
      {"limit", limit},
      {"masshunter", [](BytesView input) { return said(drivers::decode_masshunter(input)); }},
      {"message", [](BytesView input) { return said(wire::decode_message(input)); }},
      {"mllp", mllp},
      {"official_number", [](BytesView input) { return said(model::OfficialNumber::parse(input)); }},
      {"order", [](BytesView input) { return said(wire::decode_order(input)); }},
      {"panels", [](BytesView input) { return said(rules::read_panels(input)); }},
      {"plan", plan},
      {"profile", profile},
      {"query", [](BytesView input) { return said(http::parse_query(input)); }},
      {"result_line", [](BytesView input) { return said(drivers::decode_result_line(input)); }},
      {"sample_number", [](BytesView input) { return said(model::SampleNumber::parse(input)); }},
      {"sics", [](BytesView input) { return said(drivers::decode_sics(input)); }},
      {"statement", statement},
      {"stx_line", stx_line},
      {"target", [](BytesView input) { return said(http::parse_target(input)); }},
      {"task", [](BytesView input) { return said(model::parse_task_id(input)); }},
      {"time", [](BytesView input) { return said(parse_utc(input)); }},
      {"url", [](BytesView input) { return said(http::parse_url(input)); }}};
  return all;
}

}  // namespace lab::malformed
