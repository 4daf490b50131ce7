// coordinator: the province's program. See docs/ARCHITECTURE.md for what it does.

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "coordinator/app/attempts.hpp"
#include "coordinator/app/board_pages.hpp"
#include "coordinator/app/courier.hpp"
#include "coordinator/app/keys.hpp"
#include "coordinator/app/loop.hpp"
#include "coordinator/board/board.hpp"
#include "coordinator/board/permissions.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/log.hpp"
#include "protocol/http/pages.hpp"
#include "protocol/http/server.hpp"
#include "protocol/journal/store_mark.hpp"
#include "protocol/service/data_folder.hpp"
#include "protocol/service/secret_file.hpp"
#include "protocol/service/served_address.hpp"
#include "protocol/service/set_password.hpp"

namespace {

using namespace lab;
using namespace lab::coordinator::app;
namespace fs = std::filesystem;

/// Ten million determinations with their events are some 10 GB; the file is sparse and grows as it is used.
constexpr std::uint64_t map_bytes = std::uint64_t{64} << 30;
constexpr int http_threads = 4;  // an allocation keeps one for a second

struct Options {
  std::string data;
  std::string http = "127.0.0.1:7080";
  http::TlsFiles tls;
  std::string zmq = "tcp://127.0.0.1:7090";
  std::string enrol = "tcp://127.0.0.1:7091";
  std::string person;
  std::string pages;
  std::string password_of;
  std::string token_of;
  bool replace_curve_key = false;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--data", options.data, "folder of the store, keys and accounts")->required();
  app.add_option("--http", options.http, "ADDRESS:PORT of the page and the REST interface")->capture_default_str();
  auto* const certificate = app.add_option("--tls-certificate", options.tls.certificate,
                                           "PEM file with the page's certificate and its chain: https, and no http");
  app.add_option("--tls-key", options.tls.key, "PEM file with its key, mode 600")->needs(certificate);
  certificate->needs("--tls-key");
  app.add_option("--zmq", options.zmq, "tcp://ADDRESS:PORT where enrolled nodes speak")->capture_default_str();
  app.add_option("--enrol", options.enrol, "tcp://ADDRESS:PORT where tickets are used")->capture_default_str();
  app.add_option("--set-password", options.password_of,
                 "ID of a person; reads the new password from a line of standard input and ends");
  app.add_option("--add-person", options.person, "ID:NAME:ROLE+ROLE; prints the person's token once and ends");
  app.add_option("--new-token", options.token_of,
                 "ID of a person; prints another token for them once and ends. The one before opens nothing any more, "
                 "at a running program either");
  app.add_flag("--replace-curve-key", options.replace_curve_key,
               "makes the CURVE key that is used from a week from now on, prints it and ends; nodes are told meanwhile "
               "once the coordinator is started again, and it is used from the first start behind that time");
  app.add_option("--pages", options.pages, "folder with the browser's pages, instead of those in this program");
  app.footer("Example: coordinator --data /var/lib/qlims --http 127.0.0.1:7080");
}

int failed(const Error& error) {
  log::error("{}", to_text(error));
  return 1;
}

/// What scripts and nodes need to find this coordinator; no secret is in it.
Result<void> write_ready_file(const fs::path& data, const std::string& http, const transport::Server& server,
                              const Keys& keys) {
  const nlohmann::json ready{{"http", http},
                             {"zmq", server.endpoint()},
                             {"enrol", server.enrol_endpoint()},
                             {"curve_public_key", keys.curve.public_key},
                             {"signing_public_key", to_hex(view_of(keys.signing.public_key))},
                             {"pid", ::getpid()}};
  return service::write_secret_file(data / "coordinator.json", ready.dump(1));
}

/// Waits for SIGINT or SIGTERM on a thread of its own, so that no handler interrupts anything. The signals are blocked
/// in every thread. `end` is sent to that thread when the program ends by itself.
class SignalWaiter {
 public:
  explicit SignalWaiter(Loop& loop)
      : thread_([&loop] {
          sigset_t set = signals();
          int signal = 0;
          sigwait(&set, &signal);
          loop.stop();
        }) {}
  ~SignalWaiter() {
    // The thread waits for this signal, so it ends nothing but the waiting.
    pthread_kill(thread_.native_handle(), SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
    thread_.join();
  }
  SignalWaiter(const SignalWaiter&) = delete;
  SignalWaiter& operator=(const SignalWaiter&) = delete;

  static sigset_t signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
  }

 private:
  std::thread thread_;
};

journal::StoreMark generation_mark(const fs::path& data) { return {data, "generation.txt"}; }

/// Also takes away the mark of whoever put the store back: the generation that answers it is durable now.
bool note_generation(const fs::path& data, std::uint32_t generation) {
  const auto noted = generation_mark(data).write(generation);
  if (!noted) log::error("{}", to_text(noted.error()));
  pass("coordinator.noted");
  std::error_code ignored;
  if (noted) fs::remove(journal::restored_mark(data), ignored);
  return noted.has_value();
}

/// Whether this store was put back from a backup. If not, the note is written anew: an older program wrote none.
Result<Arrival> look_at_arrival(const fs::path& data, const journal::Store& store) {
  const journal::StoreMark mark = generation_mark(data);
  const std::uint32_t generation = coordinator::tables::numbers(*store.read()).generation;
  const bool put_back =
      fs::exists(journal::restored_mark(data)) || mark.compare(generation) == journal::StoreMark::Finding::disagrees;
  Arrival arrival{.secret = crypto::random_bytes(coordinator::secret_octets),
                  .put_back = put_back,
                  .generation = static_cast<std::uint32_t>(mark.noted())};
  if (put_back) return arrival;
  if (auto written = mark.write(generation); !written) return fail(std::move(written));
  return arrival;
}

void warn_of(const Attempts& attempts) {
  for (const Attempts::Suspect& one : attempts.suspects()) {
    log::warning("event {}.{}.{} has ended this program {} times", one.place.node.value(), one.place.incarnation,
                 one.place.sequence, one.times);
  }
}

void note_stranger(service::SecurityLog& security, const transport::Stranger& stranger) {
  const bool has_key = !stranger.key.empty();
  const std::string_view what{stranger.what};
  security.note(
      {.who = {},
       .from = has_key ? stranger.address + (stranger.address.empty() ? "" : " ") + stranger.key : stranger.address,
       .what = stranger.what,
       .why = what == "frame"     ? "revoked_key"
              : what == "connect" ? "unknown_key"
                                  : "failed_handshake"},
      wall_clock());
}

/// `wire` and `courier` are set when there are any, before the loop runs.
Outlets outlets_over(const fs::path& data, transport::Server* const& wire, Attempts& attempts,
                     service::SecurityLog& security, Courier* const& courier) {
  return {.send = [&wire](auto packets) { wire->send(std::move(packets)); },
          .send_enrol = [&wire](auto packets) { wire->send_enrol(std::move(packets)); },
          .allow = [&wire](const std::string& key) { wire->allow(key); },
          .revoke = [&wire](const std::string& key) { wire->revoke(key); },
          .note_generation = [&data](std::uint32_t generation) { return note_generation(data, generation); },
          .try_event = [&attempts](const auto& place) { return attempts.begin(place); },
          .events_done = [&attempts] { attempts.done(); },
          .security = &security,
          .deliver = [&courier](auto deliveries) { courier->take(std::move(deliveries)); }};
}

std::string look_at_diary(const journal::View& store) {
  const auto broken = coordinator::tables::first_break(store);
  return broken ? fmt::format("entry {} of the diary does not follow from the one before it", *broken) : std::string{};
}

std::unique_ptr<Courier> courier_over(const journal::Store& store, const service::People& people, Loop& loop) {
  return std::make_unique<Courier>(
      Courier::Options{.store = store,
                       .may_see_units =
                           [&people](const model::PersonId& id) {
                             const service::PersonPtr person = people.by_id(id.value());
                             return person && person->active && board::may(*person, board::Action::see_units);
                           },
                       .post = [&loop](board::Command command) { return loop.post(std::move(command)); },
                       .clock = wall_clock,
                       .damaged = [&loop](const std::string& what) { loop.stop_damaged(what); }});
}

http::ServerOptions served_at(const Address& address, const http::TlsFiles& tls) {
  return {.address = address.host, .port = address.port, .tls = tls, .threads = http_threads};
}

/// Everything that lives as long as the coordinator runs, in the order it is built; taken down in the reverse order.
int run(const Options& options, journal::Store& store) {
  const fs::path data{options.data};
  const auto keys = keys_of(data / "keys.json", store.read()->count() == 0, wall_clock());
  if (!keys) return failed(keys.error());
  auto people = service::People::load(data / "people.json", board::accounts);
  if (!people) return failed(people.error());
  const auto address = service::served_address(options.http, options.tls);
  if (!address) return failed(address.error());

  auto attempts = Attempts::open(data / "attempts.bin");
  if (!attempts) return failed(attempts.error());
  warn_of(*attempts);

  service::SecurityLog security;
  transport::Server* wire = nullptr;  // its owner stands below the loop that it calls
  Courier* courier = nullptr;         // likewise
  service::Live live{static_cast<std::uint64_t>(to_unix_ms(wall_clock()))};
  board::CommitTimes commits;
  Outlets outlets = outlets_over(data, wire, *attempts, security, courier);
  outlets.live = &live;
  outlets.commits = &commits;
  Loop loop{store, keys->signing, std::move(outlets)};
  const auto started = transport::Server::start(
      {.endpoint = options.zmq,
       .enrol_endpoint = options.enrol,
       .keys = keys->curve,
       .on_packets = [&loop](auto packets) { loop.on_packets(std::move(packets)); },
       .on_enrol_packets = [&loop](auto packets) { loop.on_enrol_packets(std::move(packets)); },
       .on_stranger = [&security](const transport::Stranger& stranger) { note_stranger(security, stranger); }});
  if (!started) return failed(started.error());
  wire = started->get();

  const auto owned_courier = courier_over(store, *people, loop);
  courier = owned_courier.get();
  auto scrubber = service::Scrubber::start(store, {.look_between = look_at_diary},
                                           [&loop](const std::string& what) { loop.stop_damaged(what); });
  if (!scrubber) return failed(scrubber.error());
  service::Access access{*people, {.cookie = fmt::format("qlims_session_{}", address->port)}};
  const board::Office office{
      .store = store,
      .access = access,
      .place = {.node = "coordinator",
                .security = &security,
                .store = &store,
                .damaged = [&loop](const std::string& what) { loop.stop_damaged(what); }},
      .addresses = {.endpoint = wire->endpoint(),
                    .enrol_endpoint = wire->enrol_endpoint(),
                    .curve_key = keys->curve.public_key},
      .post = [&loop](board::Command command) { return loop.post(std::move(command)); },
      .sessions = [&loop] { return loop.sessions(); },
      .scrub = [&scrubber] { return (*scrubber)->status(); },
      .clock = wall_clock,
      .damaged = [&loop](const std::string& what) { loop.stop_damaged(what); },
      .signing = keys->signing,
      .live = &live,
      .commits = &commits,
      .pages = options.pages.empty() ? http::pages(board_pages()) : http::pages_from(options.pages)};
  auto server = http::Server::start(served_at(*address, options.tls), board::routes(office));
  if (!server) return failed(server.error());
  const std::string http = (*server)->origin();
  if (auto ready = write_ready_file(data, http, *wire, *keys); !ready) return failed(ready.error());
  pass("coordinator.ready");
  log::info("the coordinator is ready at {}", http);

  const SignalWaiter waiter{loop};
  auto arrival = look_at_arrival(data, store);
  if (!arrival) return failed(arrival.error());
  if (keys->next) arrival->next_curve = {.public_key = keys->next->curve.public_key, .from = keys->next->from};
  return loop.run(*arrival) ? 0 : 1;
}

int start(const Options& options) {
  if (auto prepared = service::prepare(options.data); !prepared) return failed(prepared.error());
  const sigset_t blocked = SignalWaiter::signals();
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  if (!options.person.empty()) {
    const auto token = service::add_person(fs::path{options.data} / "people.json", board::accounts, options.person);
    if (!token) return failed(token.error());
    fmt::print("{}\n", *token);
    return 0;
  }
  if (!options.token_of.empty()) {
    const auto token =
        service::replace_token(fs::path{options.data} / "people.json", board::accounts, options.token_of);
    if (!token) return failed(token.error());
    fmt::print("{}\n", *token);
    return 0;
  }
  if (!options.password_of.empty()) {
    const auto set =
        service::set_password(fs::path{options.data} / "people.json", board::accounts, options.password_of, std::cin);
    return set ? 0 : failed(set.error());
  }
  if (options.replace_curve_key) {
    const auto planned = plan_next_curve(fs::path{options.data} / "keys.json", wall_clock());
    if (!planned) return failed(planned.error());
    fmt::print("{} from {}\n", planned->next->curve.public_key, to_text(planned->next->from));
    return 0;
  }
  // Opening the store locks the folder: a second process ends here.
  auto store = journal::open_lmdb(fs::path{options.data} / "store", {.map_bytes = map_bytes});
  if (!store) return failed(store.error());
  try {
    return run(options, **store);
  } catch (const journal::Damage& damage) {
    return failed({ErrorCode::storage, damage.what(), options.data});
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"coordinator: plans in, tasks out, verdicts counted once, pass rates for the province.", "coordinator"};
  Options options;
  describe(app, options);
  app.set_version_flag("--version", QLIMS_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  const char* failpoints = std::getenv("QLIMS_FAILPOINTS");  // NOLINT(concurrency-mt-unsafe): no thread has started
  if (const auto armed = failpoint::arm(failpoints); !armed) return failed(armed.error());
  return start(options);
}
