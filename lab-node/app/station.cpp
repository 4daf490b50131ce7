#include "lab-node/app/station.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "protocol/base/failpoint.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/service/secret_file.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/transport/client.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds enrol_patience{15'000};  // a county line, and a coordinator that is busy

// The fields of a pair of keys, each behind `prefix`.
void write_pair(json& content, const std::string& prefix, const std::optional<Station::Pair>& pair) {
  if (!pair) return;
  content[prefix + "curve_public_key"] = pair->curve.public_key;
  content[prefix + "curve_secret_key"] = pair->curve.secret_key;
  content[prefix + "signing_key"] = to_hex(view_of(pair->signing));
  content[prefix + "until"] = to_text(pair->until);
}

Result<Station> read_station(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const json content = json::parse(std::string{std::istreambuf_iterator<char>(in), {}}, nullptr, false);
  const auto text = [&](const char* field) {
    const auto found = content.find(field);
    return found != content.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  Station station{.coordinator = text("coordinator"),
                  .coordinator_key = text("coordinator_key"),
                  .curve = {.public_key = text("curve_public_key"), .secret_key = text("curve_secret_key")}};
  bool good = fill_from_hex(station.signing, text("signing_key")) && !station.curve.secret_key.empty();
  const auto pair = [&](const std::string& prefix) -> std::optional<Station::Pair> {
    if (!content.is_object() || !content.contains(prefix + "signing_key")) return std::nullopt;
    Station::Pair keys{.curve = {.public_key = text((prefix + "curve_public_key").c_str()),
                                 .secret_key = text((prefix + "curve_secret_key").c_str())}};
    const auto until = parse_utc(text((prefix + "until").c_str()));
    good = good && until && fill_from_hex(keys.signing, text((prefix + "signing_key").c_str())) &&
           transport::is_curve_key(keys.curve.public_key) && transport::is_curve_key(keys.curve.secret_key);
    keys.until = until.value_or(UtcTime{});
    return keys;
  };
  station.next = pair("next_");
  station.former = pair("former_");
  station.next_coordinator_key = text("next_coordinator_key");
  if (!good) {
    return fail(ErrorCode::malformed, "the node's keys cannot be read; restore this file from a backup", file.string());
  }
  return station;
}

Result<void> store_identity(journal::Store& store, const model::Enrolled& enrolled) {
  session::Identity identity{
      .node = enrolled.node, .laboratory = enrolled.laboratory, .laboratory_name = enrolled.laboratory_name};
  if (!fill(identity.coordinator_key, enrolled.signing_key)) {
    return fail(ErrorCode::malformed, "the coordinator's signing key has a wrong length");
  }
  auto batch = store.write();
  journal::Draft draft{*batch};
  session::set_identity(draft, identity);
  auto applied = journal::apply(draft.take(), *batch);
  if (!applied) return fail(std::move(applied));
  if (fails_at("enrol.store")) return fail(ErrorCode::storage, "failpoint");
  auto stored = batch->commit();
  pass("enrol.stored");
  return stored;
}

}  // namespace

Result<void> save_station(const std::filesystem::path& file, const Station& station) {
  json content{{"coordinator", station.coordinator},
               {"coordinator_key", station.coordinator_key},
               {"curve_public_key", station.curve.public_key},
               {"curve_secret_key", station.curve.secret_key},
               {"signing_key", to_hex(view_of(station.signing))}};
  write_pair(content, "next_", station.next);
  write_pair(content, "former_", station.former);
  if (!station.next_coordinator_key.empty()) content["next_coordinator_key"] = station.next_coordinator_key;
  return service::write_secret_file(file, content.dump(1));
}

Result<Station> open_station(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return read_station(file);
  Station station{.curve = transport::make_curve_keys(), .signing = crypto::make_key_pair().secret_key};
  if (auto saved = save_station(file, station); !saved) return fail(std::move(saved));
  pass("station.keys");
  return station;
}

crypto::PublicKey public_key_of(const crypto::SecretKey& key) {
  crypto::PublicKey public_key{};
  std::copy(key.end() - public_key.size(), key.end(), public_key.begin());
  return public_key;
}

Result<Station> plan_keys(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return fail(ErrorCode::not_found, "this folder is no node", file.string());
  auto station = read_station(file);
  if (!station) return station;
  if (station->next) return fail(ErrorCode::conflict, "new keys wait already to be used", file.string());
  station->next = Station::Pair{.curve = transport::make_curve_keys(), .signing = crypto::make_key_pair().secret_key};
  if (auto saved = save_station(file, *station); !saved) return fail(std::move(saved));
  pass("station.keys.planned");
  return station;
}

std::optional<Ticket> parse_ticket(std::string_view line) {
  const auto at = line.find('@');
  const auto hash = line.find('#', at == std::string_view::npos ? line.size() : at);
  if (hash == std::string_view::npos || at == 0) return std::nullopt;
  Ticket ticket{.secret = std::string{line.substr(0, at)},
                .endpoint = std::string{line.substr(at + 1, hash - at - 1)},
                .server_key = std::string{line.substr(hash + 1)}};
  if (!ticket.endpoint.starts_with("tcp://") || !transport::is_curve_key(ticket.server_key)) return std::nullopt;
  return ticket;
}

Result<void> enrol(journal::Store& store, const Station& station, const Ticket& ticket, const std::string& name) {
  const model::Enrol question{.ticket = ticket.secret,
                              .curve_key = station.curve.public_key,
                              .signing_key = Bytes{view_of(public_key_of(station.signing))},
                              .name = name};
  if (fails_at("enrol.ask")) return fail(ErrorCode::unavailable, "failpoint", ticket.endpoint);
  auto frame = transport::ask_once(ticket.endpoint, ticket.server_key, station.curve,
                                   wire::encode(model::Message{question}), enrol_patience);
  if (!frame) return fail(std::move(frame));
  const auto message = wire::decode_message(*frame);
  if (!message) return tl::unexpected(message.error());
  if (const auto* refuse = std::get_if<model::Refuse>(&*message)) {
    return fail(ErrorCode::not_allowed, "协调端拒绝入网：" + refuse->explanation, ticket.endpoint);
  }
  const auto* enrolled = std::get_if<model::Enrolled>(&*message);
  if (!enrolled) return fail(ErrorCode::malformed, "the coordinator answered something else", ticket.endpoint);
  return store_identity(store, *enrolled);
}

}  // namespace lab::node::app
