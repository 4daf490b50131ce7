// lab-node: the program of one bench PC.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "lab-node/app/desk_pages.hpp"
#include "lab-node/app/loop.hpp"
#include "lab-node/app/photo_ports.hpp"
#include "lab-node/app/ports.hpp"
#include "lab-node/app/profile_folder.hpp"
#include "lab-node/app/serial_mark.hpp"
#include "lab-node/app/station.hpp"
#include "lab-node/app/station_keys.hpp"
#include "lab-node/desk/permissions.hpp"
#include "lab-node/tables/profiles.hpp"
#include "lab-node/tables/serials.hpp"
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
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/transport/client.hpp"

namespace {

using namespace lab;
using namespace lab::node::app;
namespace fs = std::filesystem;

constexpr int http_threads = 4;  // reading a label keeps one for up to a few seconds

struct Options {
  std::string data;
  std::string http = "127.0.0.1:7081";
  http::TlsFiles tls;
  std::string ticket;
  std::string name = "bench";
  std::string coordinator;
  std::string coordinator_key;
  std::string person;
  std::string label_worker = label::worker_beside_this_program();
  std::vector<std::string> astm;
  std::vector<std::string> astm_serial;
  std::vector<std::string> astm_connect;
  std::vector<std::string> hl7;
  std::vector<std::string> drop_folders;
  std::vector<std::string> balances;
  std::vector<std::string> photo_folders;
  std::vector<std::string> cameras;
  std::string profiles;
  std::string pages;
  std::string password_of;
  std::string token_of;
  bool replace_keys = false;
  bool demo = false;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--data", options.data, "folder of this node's store, blobs and keys")->required();
  app.add_option("--http", options.http, "ADDRESS:PORT of the page and the REST interface")->capture_default_str();
  auto* const certificate = app.add_option("--tls-certificate", options.tls.certificate,
                                           "PEM file with the page's certificate and its chain: https, and no http");
  app.add_option("--tls-key", options.tls.key, "PEM file with its key, mode 600")->needs(certificate);
  certificate->needs("--tls-key");
  app.add_option(
      "--enrol", options.ticket,
      "one-time ticket of the coordinator, SECRET@tcp://HOST:PORT#KEY; - reads it from a line of standard input, "
      "where other users of this machine do not see it");
  app.add_option("--name", options.name, "name of this bench PC, given at enrolment")->capture_default_str();
  app.add_option("--coordinator", options.coordinator, "tcp://HOST:PORT; kept for later starts");
  app.add_option("--coordinator-key", options.coordinator_key, "the coordinator's CURVE key; kept for later starts");
  app.add_option(
      "--astm", options.astm,
      "ADDRESS:PORT[,7bit][,frame=OCTETS][,plain]=INSTRUMENT:TECHNICIAN where analysers call us by ASTM E1381; plain: "
      "STX and ETX without frame numbers and checksums");
  app.add_option(
      "--astm-serial", options.astm_serial,
      "DEVICE[,9600][,8N1][,7bit][,xonxoff|rtscts][,frame=OCTETS][,plain]=INSTRUMENT:TECHNICIAN of an analyser "
      "on a serial line; 7bit masks the top bit");
  app.add_option(
      "--astm-connect", options.astm_connect,
      "HOST:PORT[,frame=OCTETS][,plain][,7bit]=INSTRUMENT:TECHNICIAN of an analyser or a serial-to-TCP box that "
      "we call");
  app.add_option("--hl7", options.hl7, "ADDRESS:PORT=INSTRUMENT:TECHNICIAN of an HL7 v2 listener (MLLP)");
  app.add_option("--drop-folder", options.drop_folders,
                 "FOLDER[,profile=NAME][,stable=SECONDS]=INSTRUMENT:TECHNICIAN with an instrument's exports; a file is "
                 "read when it has not changed for 2 seconds, or as many as said, and no program writes to it");
  app.add_option("--photo-folder", options.photo_folders,
                 "FOLDER=DEVICE:PERSON into which a phone or camera puts photographs of labels; PERSON may receive "
                 "samples and answers for them");
  app.add_option("--camera", options.cameras,
                 "DEVICE[=NAME] of a camera that gives Motion JPEG, such as /dev/video0=reception");
  app.add_option("--balance", options.balances,
                 "DEVICE|HOST:PORT[,sics|sbi|meter[,unit=UNIT]][,poll=SECONDS][,1200][,7O1][,7bit][,xonxoff|rtscts]="
                 "INSTRUMENT:TECHNICIAN of a balance that speaks MT-SICS (the default) or Sartorius SBI, or of a meter "
                 "that prints a number and a unit a line, or the number alone; poll: each new load is recorded");
  app.add_option("--profiles", options.profiles,
                 "folder with profiles (*.json) of further instrument exports; read again when they change");
  app.add_option("--pages", options.pages, "folder with the browser's pages, instead of those in this program");
  app.add_option("--label-worker", options.label_worker, "program that reads labels")->capture_default_str();
  app.add_flag("--demo", options.demo, "says on the page that nothing here is for real");
  app.add_option("--set-password", options.password_of,
                 "ID of a person; reads the new password from a line of standard input and ends");
  app.add_flag("--replace-keys", options.replace_keys,
               "makes new keys for this node, prints them and ends; while the node does not run. It goes over to them "
               "when the coordinator has taken them, and the present ones are accepted for a week more");
  app.add_option("--add-person", options.person, "ID:NAME:ROLE+ROLE; prints the person's token once and ends");
  app.add_option("--new-token", options.token_of,
                 "ID of a person; prints another token for them once and ends. The one before opens nothing any more, "
                 "at a running program either");
}

int failed(const Error& error) {
  log::error("{}", to_text(error));
  return 1;
}

Result<std::vector<PortOption>> parse_ports(const std::vector<std::string>& texts) {
  std::vector<PortOption> ports;
  for (const std::string& text : texts) {
    auto port = parse_port(text);
    if (!port) return fail(std::move(port));
    ports.push_back(std::move(*port));
  }
  return ports;
}

Result<PortOptions> port_options(const Options& options) {
  PortOptions ports;
  for (const auto& [texts, place] :
       {std::pair{&options.astm, &ports.astm}, std::pair{&options.astm_serial, &ports.astm_serial},
        std::pair{&options.astm_connect, &ports.astm_connect}, std::pair{&options.hl7, &ports.hl7},
        std::pair{&options.drop_folders, &ports.drop_folders}, std::pair{&options.balances, &ports.balances}}) {
    auto parsed = parse_ports(*texts);
    if (!parsed) return fail(std::move(parsed));
    *place = std::move(*parsed);
  }
  return ports;
}

/// The coordinator knows an enrolled node by the keys in `file`: with new ones it would be a stranger to it.
Result<void> check_keys(const fs::path& file, const journal::Store& store) {
  const auto me = session::identity(*store.read());
  // Enrolment is what gives the coordinator's key: without it nobody knows this node.
  if (fs::exists(file) || !me || me->coordinator_key == crypto::PublicKey{}) return {};
  return fail(ErrorCode::not_found,
              "the node's keys are missing, and the coordinator knows it by no others; restore this file from a backup",
              file.string());
}

/// Before it is kept for later starts, and with where it comes from.
Result<void> check_coordinator_key(const Station& station, const Options& options, const fs::path& file) {
  if (station.coordinator_key.empty() || transport::is_curve_key(station.coordinator_key)) return {};
  const bool is_given = !options.coordinator_key.empty();
  return fail(ErrorCode::malformed,
              std::string{is_given ? "this" : "coordinator_key"} +
                  " is not the key of a coordinator, 40 characters of Z85; copy curve_public_key from the "
                  "coordinator's coordinator.json" +
                  (is_given ? "" : " and start once with --coordinator-key KEY"),
              is_given ? "--coordinator-key" : file.string());
}

/// Keys, coordinator and identity of this node, as far as they are known or can be had now.
Result<Station> prepare_station(const Options& options, journal::Store& store) {
  const fs::path file = fs::path{options.data} / "station.json";
  if (auto there = check_keys(file, store); !there) return fail(std::move(there));
  auto station = open_station(file);
  if (!station) return station;
  const auto ticket = parse_ticket(options.ticket);
  if (!options.ticket.empty() && !ticket) {
    return fail(ErrorCode::malformed, "a ticket has the form SECRET@tcp://HOST:PORT#KEY", "--enrol");
  }
  const Station before = *station;
  if (!options.coordinator.empty()) station->coordinator = options.coordinator;
  // A node that is enrolled follows its coordinator to new keys, of which an old ticket knows nothing.
  const bool enrols = ticket && !session::identity(*store.read());
  if (enrols || (ticket && station->coordinator_key.empty())) station->coordinator_key = ticket->server_key;
  if (!options.coordinator_key.empty()) station->coordinator_key = options.coordinator_key;
  if (auto good = check_coordinator_key(*station, options, file); !good) return fail(std::move(good));
  // Durable before the identity is, so that no enrolled node has forgotten where its coordinator is.
  if (station->coordinator != before.coordinator || station->coordinator_key != before.coordinator_key) {
    if (auto saved = save_station(file, *station); !saved) return fail(std::move(saved));
  }
  if (enrols) {
    if (auto done = enrol(store, *station, *ticket, options.name); !done) {
      const auto taken_back = save_station(file, before);
      if (!taken_back) log::error("{}", to_text(taken_back.error()));
      return fail(std::move(done));
    }
    log::info("enrolled at {}", ticket->endpoint);
  }
  return station;
}

/// The connection to the coordinator, which is made anew when keys change. On the loop's thread.
class Line {
 public:
  explicit Line(std::string endpoint) : endpoint_(std::move(endpoint)) {}

  /// Ends the connection there is. Makes none when the keys cannot be used.
  void call(const WireKeys& keys, Loop& loop) {
    hang_up();
    loop.on_link(false);
    auto connected = transport::Client::start(
        {.endpoint = endpoint_,
         .server_key = keys.coordinator_key,
         .keys = keys.curve,
         .on_frames = [&loop](std::vector<Bytes> frames) { loop.on_frames(std::move(frames)); },
         .on_link = [&loop](bool linked) { loop.on_link(linked); }});
    if (!connected) return log::error("{}", to_text(connected.error()));
    client_ = std::move(*connected);
  }
  void hang_up() { client_.reset(); }
  void send(std::vector<Bytes> frames) {
    if (client_) client_->send(std::move(frames));
  }
  [[nodiscard]] bool is_made() const { return client_ != nullptr; }

 private:
  std::string endpoint_;
  std::unique_ptr<transport::Client> client_;
};

/// The connection calls the loop, so that it ends before it.
class EndOfLine {
 public:
  explicit EndOfLine(Line& line) : line_(line) {}
  ~EndOfLine() { line_.hang_up(); }
  EndOfLine(const EndOfLine&) = delete;
  EndOfLine& operator=(const EndOfLine&) = delete;

 private:
  Line& line_;
};

http::Handler pages_of(const Options& options) {
  return options.pages.empty() ? http::pages(desk_pages()) : http::pages_from(options.pages);
}

std::uint64_t random_boot() {
  std::uint64_t boot = 0;
  for (const char octet : crypto::random_bytes(sizeof boot)) boot = (boot << 8) | static_cast<unsigned char>(octet);
  return boot;
}

/// A store that was put back or copied is not worked with before the coordinator has said what it holds of this node.
/// How far the stream had come is noted at every start, so that an older one is found out.
Result<void> check_store(const fs::path& data, const journal::Store& store, Loop& loop) {
  const auto view = store.read();
  const auto head = session::stream_head(*view);
  constexpr int sequence_bits = 40;  // more events than a node makes in a thousand years
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

/// Before anything else is decided: a store that has forgotten numbers it gave must not give them again.
Result<void> check_serials(const SerialMark& mark, const journal::Store& store, Loop& loop) {
  const auto view = store.read();
  if (mark.agrees_with(*view) || !session::identity(*view)) return mark.write(node::tables::serials_given(*view));
  static constexpr const char* doubt = "数据库可能是从备份恢复的，剩余备用编号作废，重新领取";
  log::warning("{}", doubt);
  const std::uint64_t given = mark.beyond(*view);
  loop.post([given](node::Node& node, journal::Draft& draft, UtcTime now) -> desk::After {
    node.give_up_serials(draft, given, doubt, now);
    return {};
  });
  return mark.write(given);
}

Result<std::unique_ptr<PhotoPorts>> open_photos(PhotoPorts::Surroundings surroundings, const Options& options) {
  const auto folders = parse_ports(options.photo_folders);
  if (!folders) return tl::unexpected(folders.error());
  auto photos = PhotoPorts::open(std::move(surroundings), *folders);
  if (!photos) return photos;
  for (const std::string& camera : options.cameras) {
    (*photos)->add_camera(parse_camera(camera), PhotoPorts::video_devices());
  }
  return photos;
}

std::vector<desk::PortStatus> all_of(const Ports& ports, const PhotoPorts& photos) {
  auto all = ports.status();
  for (auto& one : photos.status()) all.push_back(std::move(one));
  return all;
}

/// Where the page is, for programs on this machine.
Result<void> announce(const fs::path& data, const std::string& origin, const std::optional<session::Identity>& me) {
  auto written = service::write_secret_file(
      data / "lab-node.json",
      fmt::format(R"({{"http":"{}","node":{},"pid":{}}})", origin, me ? me->node.value() : 0, ::getpid()));
  if (written) log::info("lab-node is ready at {}{}", origin, me ? "" : ", not enrolled");
  return written;
}

/// The first filter over the samples of years is not to wait for their reading.
void warm(desk::SampleIndex& index, Loop& loop) {
  try {
    static_cast<void>(index.waiting());
  } catch (const journal::Damage& damage) {
    loop.stop_damaged(damage.what());
  }
}

Result<std::unique_ptr<ProfilesInUse>> known_profiles(const Options& options, const journal::Store& store) {
  auto library = load_profiles(options.profiles);
  if (!library) return fail(std::move(library));
  add_kept_profiles(*store.read(), *library);
  return std::make_unique<ProfilesInUse>(*std::move(library));
}

/// Results carry the identity of their profile: what it said is kept with them.
bool keep_profiles(const profiles::Library& library, const desk::After& after, const desk::Post& post) {
  std::vector<std::string> texts;
  for (const profiles::Profile& profile : library.all()) texts.push_back(profile.json);
  return post([texts = std::move(texts), after](node::Node&, journal::Draft& draft, UtcTime) {
    for (const std::string& text : texts) node::tables::keep_profile(draft, text);
    return desk::After{[after](bool stored) {
      if (!stored) log::warning("the profiles could not be kept; check the disk");
      after(stored);
    }};
  });
}

ProfileWatch::Options watch_options(const Options& options, const desk::Post& post, Ports& ports) {
  return {
      .folder = options.profiles,
      .keep = [&post](const auto& library, const desk::After& after) { return keep_profiles(library, after, post); },
      .on_trouble = [&ports](const std::string& what) { ports.trouble_of_folders(what); }};
}

/// What the loop is given; none of it is its own.
struct Around {
  Line& line;
  service::Live& live;
  desk::SampleIndex& index;
  StationKeys& keys;
  service::SecurityLog& security;
};

Loop::Options loop_options(const Station& station, bool has_coordinator, const Around& around) {
  return {.link = {.signing_key = station.signing, .build = QLIMS_VERSION, .boot = random_boot()},
          .has_coordinator = has_coordinator,
          .send = [&line = around.line](std::vector<Bytes> frames) { line.send(std::move(frames)); },
          .live = &around.live,
          .index = &around.index,
          .keys = has_coordinator ? &around.keys : nullptr,
          .security = &around.security};
}

/// What the desk stands on.
struct Parts {
  journal::Store& store;
  const ProfilesInUse& profiles;
  const journal::Blobs& blobs;
  service::Access& access;
  label::Worker& labels;
  Loop& loop;
  Ports& ports;
  PhotoPorts& photos;
  service::Scrubber& scrubber;
  const SerialMark& mark;
  desk::SampleIndex& index;
  service::Live& live;
  service::SecurityLog& security;
};

desk::Office office_over(const Parts& at, const Options& options, const std::optional<session::Identity>& me) {
  return {.store = at.store,
          .profiles = at.profiles.reader(),
          .blobs = at.blobs,
          .access = at.access,
          .place = {.laboratory = me ? me->laboratory_name : "",
                    .node = me ? fmt::format("{}", me->node.value()) : "",
                    .demo = options.demo,
                    .security = &at.security,
                    .store = &at.store,
                    .damaged = [&loop = at.loop](const std::string& what) { loop.stop_damaged(what); }},
          .labels = at.labels,
          .post = [&loop = at.loop](desk::Input input) { return loop.post(std::move(input)); },
          .link = [&loop = at.loop] { return loop.link_status(); },
          .ports = [&ports = at.ports, &photos = at.photos] { return all_of(ports, photos); },
          .scrub = [&scrubber = at.scrubber] { return scrubber.status(); },
          .weigh = [&ports = at.ports](desk::WeighingRequest request) { ports.weigh(std::move(request)); },
          .mark_serials = [&mark = at.mark](std::uint64_t given) { return mark.write(given).has_value(); },
          .shoot = [&photos = at.photos](const std::string& camera) { return photos.shoot(camera); },
          .damaged = [&loop = at.loop](const std::string& what) { loop.stop_damaged(what); },
          .build = QLIMS_VERSION,
          .index = at.index,
          .live = at.live,
          .pages = pages_of(options)};
}

/// Everything that lives as long as the node runs, in the order it is built; taken down in the reverse order.
int run(const Options& options, journal::Store& store, const journal::Blobs& blobs) {
  auto station = prepare_station(options, store);
  if (!station) return failed(station.error());
  auto people = service::People::load(fs::path{options.data} / "people.json", desk::accounts);
  if (!people) return failed(people.error());
  const auto wanted_ports = port_options(options);
  if (!wanted_ports) return failed(wanted_ports.error());
  auto known = known_profiles(options, store);
  if (!known) return failed(known.error());
  const auto address = service::served_address(options.http, options.tls);
  if (!address) return failed(address.error());

  boost::asio::io_context io{1};
  const auto me = session::identity(*store.read());
  const bool has_coordinator = me && !station->coordinator.empty() && !station->coordinator_key.empty();
  service::Live live{static_cast<std::uint64_t>(to_unix_ms(wall_clock()))};
  desk::SampleIndex index{store};
  service::SecurityLog security;
  Line line{station->coordinator};
  Loop* running = nullptr;  // of the keys, which are older than it
  StationKeys keys{*station, fs::path{options.data} / "station.json",
                   [&line, &running](const WireKeys& with) { line.call(with, *running); }};
  Loop loop{io, store, loop_options(*station, has_coordinator, {line, live, index, keys, security})};
  running = &loop;
  const SerialMark mark{options.data};
  if (auto good = check_store(options.data, store, loop); !good) return failed(good.error());
  if (auto good = check_serials(mark, store, loop); !good) return failed(good.error());
  const desk::Post post = [&loop](desk::Input input) { return loop.post(std::move(input)); };

  label::Worker labels{{.program = options.label_worker, .processes = 2}};
  auto ports = Ports::open(
      {.io = io, .store = store, .blobs = blobs, .people = *people, .profiles = **known, .post = post}, *wanted_ports);
  if (!ports) return failed(ports.error());
  const ProfileWatch watch{io, watch_options(options, post, **ports), **known};
  auto photos = open_photos(
      {.io = io, .store = store, .blobs = blobs, .people = *people, .labels = labels, .post = post}, options);
  if (!photos) return failed(photos.error());
  auto scrubber = service::Scrubber::start(store, {}, [&loop](const std::string& what) { loop.stop_damaged(what); });
  if (!scrubber) return failed(scrubber.error());
  service::Access access{*people, {.cookie = fmt::format("qlims_session_{}", address->port)}};
  const desk::Office office = office_over({.store = store,
                                           .profiles = **known,
                                           .blobs = blobs,
                                           .access = access,
                                           .labels = labels,
                                           .loop = loop,
                                           .ports = **ports,
                                           .photos = **photos,
                                           .scrubber = **scrubber,
                                           .mark = mark,
                                           .index = index,
                                           .live = live,
                                           .security = security},
                                          options, me);
  auto server = http::Server::start(
      {.address = address->host, .port = address->port, .tls = options.tls, .threads = http_threads},
      desk::routes(office));
  if (!server) return failed(server.error());
  const EndOfLine end{line};
  if (has_coordinator) {
    line.call(keys.current(), loop);
    if (!line.is_made()) return 1;
  }

  const std::jthread warmer{[&index, &loop] { warm(index, loop); }};
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&loop](const boost::system::error_code&, int) { loop.stop(); });
  if (const auto ready = announce(options.data, (*server)->origin(), me); !ready) return failed(ready.error());
  return loop.run() ? 0 : 1;
}

int start(const Options& options) {
  if (auto prepared = service::prepare(options.data); !prepared) return failed(prepared.error());
  if (!options.person.empty()) {
    const auto token = service::add_person(fs::path{options.data} / "people.json", desk::accounts, options.person);
    if (!token) return failed(token.error());
    fmt::print("{}\n", *token);
    return 0;
  }
  if (!options.token_of.empty()) {
    const auto token = service::replace_token(fs::path{options.data} / "people.json", desk::accounts, options.token_of);
    if (!token) return failed(token.error());
    fmt::print("{}\n", *token);
    return 0;
  }
  if (!options.password_of.empty()) {
    const auto set =
        service::set_password(fs::path{options.data} / "people.json", desk::accounts, options.password_of, std::cin);
    return set ? 0 : failed(set.error());
  }
  // Opening the store locks the folder: a second process ends here.
  auto store = journal::open_lmdb(fs::path{options.data} / "store");
  if (!store) return failed(store.error());
  if (options.replace_keys) {
    const auto planned = plan_keys(fs::path{options.data} / "station.json");
    if (!planned) return failed(planned.error());
    fmt::print("{} {}\n", planned->next->curve.public_key, to_hex(view_of(public_key_of(planned->next->signing))));
    return 0;
  }
  auto blobs = journal::Blobs::open(fs::path{options.data} / "blobs");
  if (!blobs) return failed(blobs.error());
  try {
    return run(options, **store, *blobs);
  } catch (const journal::Damage& damage) {
    return failed({ErrorCode::storage, damage.what(), options.data});
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"lab-node: one bench PC of a laboratory. Works offline; talks to the coordinator when it can.",
               "lab-node"};
  Options options;
  describe(app, options);
  app.set_version_flag("--version", QLIMS_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (options.ticket == "-" && !std::getline(std::cin >> std::ws, options.ticket)) {
    return failed({ErrorCode::malformed, "standard input has no ticket", "--enrol -"});
  }
  options.ticket.erase(options.ticket.find_last_not_of(" \t\r") + 1);
  const char* failpoints = std::getenv("QLIMS_FAILPOINTS");  // NOLINT(concurrency-mt-unsafe): no thread has started
  if (const auto armed = failpoint::arm(failpoints); !armed) return failed(armed.error());
  return start(options);
}
