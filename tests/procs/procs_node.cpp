// One laboratory of the campaign: the product's store, loop, link and transport, and the same look at a store that was
// put back or copied as lab-node takes, with a tireless bench instead of a desk and ports.
//
// procs_node DATA NOTES ENDPOINT PER_SECOND IN_HAND [TICKET]
//   SIGTERM ends it, SIGUSR1 takes the pace away.

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "lab-node/app/station.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/journal/store_mark.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/transport/client.hpp"
#include "tests/procs/hand.hpp"

namespace {

using namespace lab;
using namespace lab::procs;
namespace fs = std::filesystem;

constexpr auto tick_every = std::chrono::milliseconds{5};

struct Arguments {
  fs::path data;
  fs::path notes;
  std::string endpoint;
  double per_second = 0;
  std::size_t in_hand = 0;
  std::string ticket;
};

std::uint64_t random_boot() {
  std::uint64_t boot = 0;
  for (const char octet : crypto::random_bytes(sizeof boot)) boot = (boot << 8) | static_cast<unsigned char>(octet);
  return boot;
}

Result<node::app::Station> station_of(const Arguments& arguments, journal::Store& store) {
  auto station = node::app::open_station(arguments.data / "station.json");
  if (!station) return station;
  station->coordinator = arguments.endpoint;
  if (session::identity(*store.read())) return station;
  const auto ticket = node::app::parse_ticket(arguments.ticket);
  if (!ticket) return fail(ErrorCode::malformed, "this is no ticket", arguments.ticket);
  station->coordinator_key = ticket->server_key;
  if (auto saved = save_station(arguments.data / "station.json", *station); !saved) return fail(std::move(saved));
  if (auto done = enrol(store, *station, *ticket, arguments.data.filename().string()); !done) {
    return fail(std::move(done));
  }
  return station;
}

// As lab-node does.
Result<void> check_store(const fs::path& data, const journal::Store& store, node::app::Loop& loop) {
  const auto view = store.read();
  const auto head = session::stream_head(*view);
  constexpr int sequence_bits = 40;
  const std::uint64_t reached = (std::uint64_t{head.incarnation} << sequence_bits) + head.sequence;
  const journal::StoreMark mark{data, "stream.txt"};
  const bool put_back =
      fs::exists(journal::restored_mark(data)) || mark.compare(reached) == journal::StoreMark::Finding::disagrees;
  if (!put_back || !session::identity(*view)) return mark.write(reached);
  loop.post([data, mark, reached](node::Node&, journal::Draft& draft, UtcTime) -> desk::After {
    session::begin_rehydration(draft);
    return [data, mark, reached](bool stored) {
      std::error_code ignored;
      if (stored && mark.write(reached)) fs::remove(journal::restored_mark(data), ignored);
    };
  });
  return {};
}

// Whoever started this program may have kept a signal back until there is somebody to hear it.
void listen_to(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Result<bool> run(const Arguments& arguments) {
  auto store = journal::open_lmdb(arguments.data / "store");
  if (!store) return fail(std::move(store));
  const auto station = station_of(arguments, **store);
  if (!station) return tl::unexpected<Error>(station.error());

  const std::uint64_t boot = random_boot();
  boost::asio::io_context io{1};
  std::unique_ptr<transport::Client> client;
  node::app::Loop loop{io,
                       **store,
                       {.link = {.signing_key = station->signing, .build = "campaign", .boot = boot},
                        .has_coordinator = true,
                        .send = [&](std::vector<Bytes> frames) {
                          if (client) client->send(std::move(frames));
                        }}};
  if (auto good = check_store(arguments.data, **store, loop); !good) return fail(std::move(good));
  Hand hand{loop,
            **store,
            {.notes = arguments.notes, .per_second = arguments.per_second, .in_hand = arguments.in_hand, .boot = boot}};
  auto connected =
      transport::Client::start({.endpoint = station->coordinator,
                                .server_key = station->coordinator_key,
                                .keys = station->curve,
                                .on_frames = [&](std::vector<Bytes> frames) { loop.on_frames(std::move(frames)); },
                                .on_link = [&loop](bool linked) { loop.on_link(linked); }});
  if (!connected) return fail(std::move(connected));
  client = std::move(*connected);

  boost::asio::signal_set ends{io, SIGTERM};
  ends.async_wait([&loop](const boost::system::error_code&, int) { loop.stop(); });
  boost::asio::signal_set hurries{io, SIGUSR1};
  hurries.async_wait([&hand](const boost::system::error_code&, int) { hand.hurry(); });
  listen_to(SIGUSR1);
  boost::asio::steady_timer timer{io};
  const std::function<void()> tick = [&] {
    hand.tick();
    timer.expires_after(tick_every);
    timer.async_wait([&tick](const boost::system::error_code& error) {
      if (!error) tick();
    });
  };
  tick();
  const bool good = loop.run();
  client.reset();
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: procs_node DATA NOTES ENDPOINT PER_SECOND IN_HAND [TICKET]\n");
    return 2;
  }
  ::umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  if (const auto armed = failpoint::arm(std::getenv("QLIMS_FAILPOINTS")); !armed) return 2;
  crypto::start();
  const Arguments arguments{.data = argv[1],
                            .notes = argv[2],
                            .endpoint = argv[3],
                            .per_second = std::strtod(argv[4], nullptr),
                            .in_hand = std::strtoul(argv[5], nullptr, 10),
                            .ticket = argc > 6 ? argv[6] : ""};
  fs::create_directories(arguments.data);
  const auto good = run(arguments);
  if (!good) std::fprintf(stderr, "procs_node: %s\n", to_text(good.error()).c_str());
  return good && *good ? 0 : 1;
}
