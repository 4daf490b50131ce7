#include "lab-node/app/ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <nlohmann/json.hpp>

#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/weighing_line.hpp"
#include "instruments/port/astm_line.hpp"
#include "instruments/port/astm_server.hpp"
#include "instruments/port/balance_line.hpp"
#include "instruments/port/drop_folder.hpp"
#include "instruments/port/folder_spec.hpp"
#include "instruments/port/mllp_server.hpp"
#include "instruments/profiles/decode.hpp"
#include "lab-node/app/profile_folder.hpp"
#include "lab-node/desk/permissions.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/log.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"

namespace lab::node::app {

struct Ports::Open {
  std::vector<std::unique_ptr<port::AstmServer>> astm;
  std::vector<std::unique_ptr<port::AstmLine>> astm_lines;
  std::vector<std::unique_ptr<port::MllpServer>> hl7;
  std::vector<std::unique_ptr<port::DropFolder>> folders;
  // Large files are flushed and decoded beside the loop. One thread: they come one at a time from each folder.
  boost::asio::thread_pool large_files{1};
};

struct Ports::Balance {
  PortOption option;
  std::unique_ptr<port::BalanceLine> line;
  bool is_asked = false;  // somebody waits for its next stable weight
};

namespace {

desk::After not_enrolled(port::Done done) {
  return [done = std::move(done)](bool) {
    log::warning("instrument data refused: this node is not enrolled; start it once with --enrol");
    done(false);
  };
}

// How many things the reading of a capture remarked, and the first of them; empty when there is none.
std::string remarks_on(const model::Decoding& decoding) {
  if (decoding.diagnostics.empty() || decoding.observations.empty()) return {};
  // Most exports of MassHunter end without a line end (decision 0004): alone, that is no news of a port.
  const auto& flags = decoding.observations.back().flags;
  const bool is_unterminated = std::ranges::find(flags, drivers::flag_unterminated) != flags.end();
  if (is_unterminated && decoding.diagnostics.size() == 1) return {};
  const model::Diagnostic& first = decoding.diagnostics.front();
  return fmt::format("已读取，有 {} 处提示，首先是{}{}{}", decoding.diagnostics.size(), first.where,
                     first.where.empty() ? "" : "：", first.message);
}

http::Response weight_recorded(const bench::WeighingOutcome& outcome) {
  const nlohmann::json body{
      {"capture", outcome.capture}, {"number", outcome.entry.sample}, {"reading", outcome.entry.reading}};
  return {.body = body.dump()};
}

}  // namespace

Result<PortOption> parse_port(std::string_view text) {
  const auto equals = text.rfind('=');
  const auto colon = equals == std::string_view::npos ? equals : text.find(':', equals);
  if (colon == std::string_view::npos || equals == 0 || colon == equals + 1 || colon + 1 == text.size()) {
    return fail(ErrorCode::malformed, "write WHERE=INSTRUMENT:TECHNICIAN", std::string{text});
  }
  return PortOption{.where = std::string{text.substr(0, equals)},
                    .instrument = std::string{text.substr(equals + 1, colon - equals - 1)},
                    .technician = std::string{text.substr(colon + 1)}};
}

Ports::Ports(Surroundings surroundings) : around_(std::move(surroundings)), open_(std::make_unique<Open>()) {}

Ports::~Ports() {
  open_->astm.clear();
  open_->astm_lines.clear();
  open_->hl7.clear();
  open_->folders.clear();
  open_->large_files.join();
}

Result<std::unique_ptr<Ports>> Ports::open(Surroundings surroundings, const PortOptions& options) {
  std::unique_ptr<Ports> ports{new Ports(std::move(surroundings))};
  for (const PortOption& option : options.astm) {
    if (auto opened = ports->open_astm(option); !opened) return fail(std::move(opened));
  }
  for (const PortOption& option : options.astm_serial) {
    if (auto opened = ports->open_astm_serial(option); !opened) return fail(std::move(opened));
  }
  for (const PortOption& option : options.astm_connect) {
    if (auto opened = ports->open_astm_connect(option); !opened) return fail(std::move(opened));
  }
  for (const PortOption& option : options.hl7) {
    if (auto opened = ports->open_hl7(option); !opened) return fail(std::move(opened));
  }
  for (const PortOption& option : options.drop_folders) {
    if (auto opened = ports->open_folder(option); !opened) return fail(std::move(opened));
  }
  for (const PortOption& option : options.balances) {
    if (auto opened = ports->open_balance(option); !opened) return fail(std::move(opened));
  }
  return ports;
}

Result<PortOption> Ports::add_status(const char* kind, const PortOption& option) {
  const auto technician = around_.people.by_id(option.technician);
  if (!technician || !technician->has(desk::technician)) {
    return fail(ErrorCode::not_found, "there is no such person with the role technician; add one with --add-person",
                fmt::format("{} ({})", option.technician, option.instrument));
  }
  PortOption named = option;
  named.name = fmt::format("{} {}", kind, option.where);
  board_.add({.name = named.name, .kind = kind, .instrument = option.instrument, .technician = option.technician});
  return named;
}

Result<void> Ports::open_astm(const PortOption& option) {
  const auto named = add_status("astm", option);
  if (!named) return tl::unexpected<Error>(named.error());
  const auto spec = port::parse_line_spec(option.where);
  if (!spec) return tl::unexpected(spec.error());
  const auto address = parse_address(spec->where);
  if (!address) return tl::unexpected(address.error());
  auto server = port::AstmServer::open(
      around_.io,
      {.port_name = named->name,
       .instrument = option.instrument,
       .address = address->host,
       .tcp_port = address->port,
       .seven_bits = spec->seven_bits,
       .framing = spec->framing,
       .text_octets_max = spec->text_octets_max},
      [this, named = *named](port::Capture capture, port::Done done) {
        take(named, std::move(capture), std::move(done));
      },
      [this](const std::string& port, const std::string& what) { board_.trouble(port, what); });
  if (!server) return fail(std::move(server));
  open_->astm.push_back(std::move(*server));
  return {};
}

Result<void> Ports::open_astm_serial(const PortOption& option) {
  const auto spec = port::parse_line_spec(option.where);
  if (!spec) return tl::unexpected(spec.error());
  return open_astm_line("astm_serial", option, *spec, port::SerialEnd{spec->where, spec->serial});
}

Result<void> Ports::open_astm_connect(const PortOption& option) {
  const auto spec = port::parse_line_spec(option.where);
  if (!spec) return tl::unexpected(spec.error());
  const auto address = parse_address(spec->where);
  if (!address) return tl::unexpected(address.error());
  return open_astm_line("astm_connect", option, *spec, port::TcpEnd{address->host, address->port});
}

Result<void> Ports::open_astm_line(const char* kind, const PortOption& option, const port::LineSpec& spec,
                                   port::LineEnd end) {
  const auto named = add_status(kind, option);
  if (!named) return tl::unexpected<Error>(named.error());
  open_->astm_lines.push_back(std::make_unique<port::AstmLine>(
      around_.io,
      port::AstmLine::Options{.port_name = named->name,
                              .instrument = option.instrument,
                              .end = std::move(end),
                              .seven_bits = spec.seven_bits,
                              .framing = spec.framing,
                              .text_octets_max = spec.text_octets_max},
      [this, named = *named](port::Capture capture, port::Done done) {
        take(named, std::move(capture), std::move(done));
      },
      [this](const std::string& port, const std::string& what) { board_.trouble(port, what); }));
  return {};
}

Result<void> Ports::open_hl7(const PortOption& option) {
  const auto named = add_status("hl7", option);
  if (!named) return tl::unexpected<Error>(named.error());
  const auto address = parse_address(option.where);
  if (!address) return tl::unexpected(address.error());
  auto server = port::MllpServer::open(
      around_.io,
      {.port_name = named->name, .instrument = option.instrument, .address = address->host, .tcp_port = address->port},
      [this, named = *named](port::Capture capture, port::Done done) {
        take(named, std::move(capture), std::move(done));
      },
      [this](const std::string& port, const std::string& what) { board_.trouble(port, what); });
  if (!server) return fail(std::move(server));
  open_->hl7.push_back(std::move(*server));
  return {};
}

Result<void> Ports::open_folder(const PortOption& option) {
  const auto spec = port::parse_folder_spec(option.where);
  if (!spec) return tl::unexpected<Error>(spec.error());
  if (!spec->profile.empty() && !profiles::is_known_name(spec->profile, around_.profiles.now())) {
    return fail(ErrorCode::not_found, "there is no such profile; see qlims instrument profiles", spec->profile);
  }
  PortOption folder_option = option;
  folder_option.where = spec->folder;
  auto named = add_status("drop_folder", folder_option);
  if (!named) return tl::unexpected<Error>(named.error());
  named->profile = spec->profile;
  named->is_folder = true;
  auto folder = port::DropFolder::open(
      around_.io,
      {.port_name = named->name,
       .instrument = option.instrument,
       .folder = spec->folder,
       .stable_for = spec->stable_for,
       .is_known = [this](const Hash& content) { return is_taken(content); }},
      [this, named = *named](port::Capture capture, port::Done done) {
        take(named, std::move(capture), std::move(done));
      },
      [this](const std::string& port, const std::string& what) { board_.trouble(port, what); });
  if (!folder) return fail(std::move(folder));
  open_->folders.push_back(std::move(*folder));
  return {};
}

Result<void> Ports::open_balance(const PortOption& option) {
  auto named = add_status("balance", option);
  if (!named) return tl::unexpected<Error>(named.error());
  const auto spec = port::parse_line_spec(option.where);
  if (!spec) return tl::unexpected(spec.error());
  if (!spec->unit.empty()) named->profile = std::string{drivers::line_meter_with_unit}.append(spec->unit);
  auto balance = std::make_unique<Balance>(Balance{.option = *named});
  balance->line = std::make_unique<port::BalanceLine>(
      around_.io,
      port::BalanceLine::Options{.port_name = named->name,
                                 .instrument = option.instrument,
                                 .kind = spec->balance,
                                 .unit_of_meter = spec->unit,
                                 .end = port::line_end_of(*spec),
                                 .seven_bits = spec->seven_bits,
                                 .poll = spec->poll},
      [this, option = *named](const port::Capture& capture, const port::Done& done) {
        // Printed at the balance: nobody said for which sample, so it is kept without one.
        take_weight(option, capture,
                    {.number = {},
                     .instrument = option.instrument,
                     .person = model::PersonId{option.technician},
                     .respond = [done](const http::Response& response) { done(response.status == 200); }});
      },
      [this](const std::string& port, const std::string& what) { board_.trouble(port, what); });
  balances_.emplace(named->name, std::move(balance));
  return {};
}

void Ports::trouble_of_folders(const std::string& what) {
  log::warning("{}", what);
  for (const desk::PortStatus& port : status()) {
    if (port.kind == "drop_folder") board_.trouble(port.name, what);
  }
}

void Ports::not_stored(const std::string& port, const std::string& what) {
  board_.not_taken(port, "未能保存，请检查磁盘空间；稍后自动重试：" + what);
}

void Ports::take(const PortOption& option, port::Capture capture, port::Done done) {
  if (capture.raw.size() > tables::raw_record_max) {
    take_large(option, std::move(capture), std::move(done));
    return;
  }
  model::Decoding decoding = decoded(option, capture);
  take_decoded(option, std::move(capture), std::move(decoding), done);
}

// Pure, from any thread.
model::Decoding Ports::decoded(const PortOption& option, port::Capture& capture) const {
  if (capture.decoding) return *std::move(capture.decoding);
  return profiles::decode(capture.raw, {.profile = option.profile, .file_name = capture.port}, around_.profiles.now());
}

// What was refused is tried again: a profile that has come since may read it.
bool Ports::is_taken(const Hash& content) const {
  const auto view = around_.store.read();
  const auto id = tables::capture_of(*view, content);
  const auto stored = id ? tables::capture(*view, *id) : std::nullopt;
  return stored && stored->entry.refused.empty();
}

void Ports::take_large(const PortOption& option, port::Capture capture, port::Done done) {
  boost::asio::post(open_->large_files, [this, option, capture = std::move(capture), done = std::move(done)]() mutable {
    const auto kept = around_.blobs.put(capture.raw);
    model::Decoding decoding = kept ? decoded(option, capture) : model::Decoding{};
    boost::asio::post(around_.io,
                      [this, option, why = kept ? std::string{} : to_text(kept.error()), capture = std::move(capture),
                       decoding = std::move(decoding), done = std::move(done)]() mutable {
                        if (!why.empty()) {
                          not_stored(option.name, fmt::format("{}：{}", capture.port, why));
                          return done(false);
                        }
                        take_decoded(option, std::move(capture), std::move(decoding), done);
                      });
  });
}

void Ports::take_decoded(const PortOption& option, port::Capture capture, model::Decoding decoding,
                         const port::Done& done) {
  bench::Capture input{.raw = crypto::sha256(capture.raw),
                       .octets = capture.raw.size(),
                       .instrument = option.instrument,
                       .port = capture.port,
                       .person = model::PersonId{option.technician},
                       .decoding = std::move(decoding),
                       .is_from_folder = option.is_folder};
  const bool taken = around_.post([this, name = option.name, input = std::move(input), raw = std::move(capture.raw),
                                   done](Node& node, journal::Draft& draft, UtcTime now) -> desk::After {
    if (!session::identity(draft)) return not_enrolled(done);
    const auto outcome = node.on_capture(draft, input, now);
    if (outcome) tables::keep_raw(draft, input.raw, raw);  // else nothing names them, and the instrument keeps them
    const bool is_news = outcome && !(outcome->repeated && input.is_from_folder);
    std::string refused = is_news ? outcome->entry.refused : std::string{};
    std::string remarks = is_news ? remarks_on(input.decoding) : std::string{};
    const std::string declined = outcome ? std::string{} : outcome.error().detail;
    return [this, done, declined, from = input.port, name, refused, remarks](bool committed) {
      done(committed && declined.empty());
      if (!committed) return not_stored(name, from);
      if (!declined.empty()) return board_.not_taken(name, fmt::format("{}：稍后自动重试。{}", from, declined));
      board_.taken(name);
      if (!refused.empty()) return board_.trouble(name, fmt::format("{}：没有采用，已原样保存。{}", from, refused));
      if (!remarks.empty()) board_.note(name, fmt::format("{}：{}", from, remarks));
    };
  });
  if (!taken) done(false);
}

void Ports::take_weight(const PortOption& option, const port::Capture& capture, const desk::WeighingRequest& request) {
  bench::Weighing weighing{
      .raw = crypto::sha256(capture.raw),
      .octets = capture.raw.size(),
      .instrument = option.instrument,
      .port = capture.port,
      .person = request.person,
      .decoding = profiles::decode(capture.raw, {.profile = option.profile}, around_.profiles.now()),
      .number = request.number};
  const bool taken = around_.post([weighing = std::move(weighing), raw = capture.raw, respond = request.respond](
                                      Node& node, journal::Draft& draft, UtcTime now) -> desk::After {
    if (!session::identity(draft)) {
      return not_enrolled([respond](bool) { respond(http::problem(409, "not_enrolled", "本站尚未入网，不能称量")); });
    }
    tables::keep_raw(draft, weighing.raw, raw);
    return [respond, response = weight_recorded(node.on_weighing(draft, weighing, now))](bool stored) {
      respond(stored ? response : http::problem(503, "not_stored", "重量未能保存，请检查磁盘空间后重试"));
    };
  });
  if (!taken) request.respond(http::problem(503, "busy", "本站正忙，请稍后重试"));
}

void Ports::weigh(desk::WeighingRequest request) {
  boost::asio::post(around_.io, [this, request = std::move(request)] { ask_balance(request); });
}

void Ports::ask_balance(const desk::WeighingRequest& request) {
  const auto found = std::ranges::find_if(
      balances_, [&](const auto& entry) { return entry.second->option.instrument == request.instrument; });
  if (found == balances_.end()) {
    return request.respond(http::problem(404, "unknown_instrument", "本站没有连接这台天平"));
  }
  Balance& balance = *found->second;
  if (balance.is_asked) return request.respond(http::problem(409, "balance_busy", "天平正在为另一样品称量"));
  const auto sample = bench::may_weigh(*around_.store.read(), request.number);
  if (!sample) return request.respond(http::problem(422, sample.error().code, sample.error().detail));
  const auto asked = balance.line->weigh([this, &balance, request](const Result<port::Capture>& weighed) {
    balance.is_asked = false;
    if (weighed) return take_weight(balance.option, *weighed, request);
    request.respond(http::problem(409, "no_weight", "天平没有给出稳定的重量：" + tidy(weighed.error().message)));
  });
  if (!asked) return request.respond(http::problem(409, "no_weight", "天平没有连接或正忙：" + asked.error().message));
  balance.is_asked = true;
}

}  // namespace lab::node::app
