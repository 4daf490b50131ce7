#include "tests/procs/world.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/procs/plan.hpp"

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

// A store wants room for the largest batch it may write, and a node that is put back writes everything it has anew.
constexpr std::uint64_t disk_base = std::uint64_t{128} << 20;
constexpr std::uint64_t disk_per_task_of_node = 80 << 10;
constexpr std::uint64_t disk_per_task_of_coordinator = 32 << 10;

template <class Value>
Value must(Result<Value> result) {
  if (!result) throw std::runtime_error(to_text(result.error()));
  return std::move(*result);
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string without_line_ends(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string program(const char* name) { return (process::program_folder() / name).string(); }

// While it lives, this thread and the processes that it starts keep the signal instead of being ended by it.
class Blocked {
 public:
  explicit Blocked(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;
  ~Blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

bool all_at_rest(World& world) {
  for (int node = 1; node <= world.nodes(); ++node) {
    const NodeState state = world.acks(node).state();
    if (state.open > 0 || state.unheard > 0 || state.rehydrating != 0) return false;
  }
  return true;
}

}  // namespace

void come_to_rest(World& world) {
  for (int member = 0; member <= world.nodes(); ++member) {
    world.resume(member);
    world.move_clock(member, 0ns);
    if (member > 0) world.wire(member).heal();
    if (member > 0) world.hurry(member);
    if (!world.is_running(member)) world.start(member);
  }
  constexpr auto patience = 150s;
  const auto all = static_cast<std::uint64_t>(world.options().tasks);
  std::uint64_t before = 0;
  for (auto moved = Clock::now();;) {
    const std::uint64_t judged = world.tasks_in("judged");
    if (judged >= all && all_at_rest(world)) return;
    const std::uint64_t progress = judged + world.acknowledged_verdicts();
    if (progress != before) moved = Clock::now();
    before = progress;
    if (Clock::now() - moved > patience) {
      throw std::runtime_error(
          fmt::format("no rest: {} of {} tasks are judged; {}", judged, all, world.status().dump()));
    }
    std::this_thread::sleep_for(50ms);
  }
}

void wait_until(const std::string& what, std::chrono::seconds patience, const std::function<bool()>& is_so) {
  const auto end = Clock::now() + patience;
  while (!is_so()) {
    if (Clock::now() > end) throw std::runtime_error(fmt::format("{}: not within {} s", what, patience.count()));
    std::this_thread::sleep_for(20ms);
  }
}

void AckBook::read_on() {
  std::ifstream in{acks_file(notes_), std::ios::binary};
  in.seekg(static_cast<std::streamoff>(read_));
  for (std::string line; std::getline(in, line);) {
    if (in.eof()) return;  // its end is not written yet
    read_ += line.size() + 1;
    std::istringstream fields{line};
    AckLine ack;
    std::string kind;
    fields >> kind >> ack.incarnation >> ack.sequence >> ack.hash >> ack.task >> ack.at_ms >> ack.taken_ms;
    if (!fields) continue;
    ack.is_verdict = kind == "V";
    verdicts_ += ack.is_verdict;
    lines_.push_back(std::move(ack));
  }
}

NodeState AckBook::state() const {
  NodeState state;
  std::ifstream in{state_file(notes_), std::ios::binary};
  in.read(reinterpret_cast<char*>(&state), sizeof state);
  return state;
}

World::World(WorldOptions options) : options_(std::move(options)) {
  fs::remove_all(options_.folder);
  fs::create_directories(options_.folder / "logs");
  make_members();
  add_planner();
  if (options_.is_empty) return;
  start(0);
  load_plan();
  enrol_all();
  dispatch();
}

void World::dispatch() {
  must(api().post("/api/v1/plans/1/dispatch", json::object()));
  const auto all = static_cast<std::uint64_t>(options_.tasks);
  wait_until("dispatch", 120s, [&] { return tasks_in("granted") + tasks_in("judged") >= all; });
  save_orders();
}

// Nodes first, so that no line of theirs is about us.
World::~World() {
  for (std::size_t i = members_.size(); i-- > 0;) {
    Member& one = members_[i];
    if (one.process) {
      resume(static_cast<int>(i));
      one.process->kill();
    }
  }
}

fs::path World::home_of(int number, std::uint64_t disk_octets, Member& member) const {
  const fs::path home = options_.folder / (number == 0 ? "coordinator" : fmt::format("node-{}", number));
  fs::create_directories(home);
  if (options_.small_disks && number <= 1) member.disk = std::make_unique<SmallDisk>(home, disk_octets);
  fs::create_directories(home / "data");
  return home;
}

void World::make_members() {
  const auto tasks = static_cast<std::uint64_t>(options_.tasks);
  for (int number = 0; number <= options_.nodes; ++number) {
    Member& one = members_.emplace_back();
    const auto octets = disk_base + (number == 0 ? disk_per_task_of_coordinator * tasks
                                                 : disk_per_task_of_node * tasks / std::max(1, options_.nodes));
    one.data = home_of(number, octets, one) / "data";
    one.clock = options_.folder / fmt::format("clock-{}", number);
    move_clock(number, 0ns);
    if (!options_.programs.empty()) one.programs = options_.programs;
    if (number == 0) continue;
    one.wire = std::make_unique<Proxy>(link_port(), options_.seed * 31 + static_cast<std::uint64_t>(number));
    const fs::path notes = options_.folder / fmt::format("notes-{}", number);
    fs::create_directories(notes);
    one.acks = std::make_unique<AckBook>(notes);
  }
}

void World::add_planner() {
  const fs::path log = options_.folder / "planner.log";
  auto child = must(
      process::Child::start({.arguments = {(member(0).programs / "coordinator").string(), "--data", data(0).string(),
                                           "--add-person", "planner:计划管理员:coordinator+administrator"},
                             .log = log}));
  if (child.wait(60s) != 0) throw std::runtime_error(text_of(log));
  token_ = without_line_ends(text_of(log));
}

void World::load_plan() {
  json files = json::array();
  for (const Table& table : reference_tables()) files.push_back({{"name", table.name}, {"text", table.text}});
  must(api().post("/api/v1/reference", {{"files", files}}));
  must(api().post_bytes("/api/v1/laboratories", laboratories_csv(options_.tasks, options_.nodes), "text/csv"));
  must(api().post_bytes(fmt::format("/api/v1/plans?title=year&year={0}&due={0}-12-31", plan_year),
                        plan_csv(options_.tasks, options_.nodes), "text/csv"));
  const auto all = static_cast<std::uint64_t>(options_.tasks);
  wait_until("the plan", 120s, [&] { return tasks_in("planned") >= all; });
  must(api().post("/api/v1/plans/1/allocation", json::object()));
  wait_until("the allocation", 120s, [&] { return tasks_in("allocated") >= all; });
}

void World::enrol_all() {
  for (int node = 1; node <= options_.nodes; ++node) {
    issue_ticket(node);
    start(node);
  }
  wait_for_nodes();
}

const std::string& World::issue_ticket(int node) {
  const json ticket =
      must(api().post("/api/v1/tickets", {{"laboratory", node}, {"name", fmt::format("node-{}", node)}}));
  return member(node).ticket = ticket.at("ticket").get<std::string>();
}

void World::wait_for_nodes() {
  wait_until("all are connected", 60s, [this] {
    const json now = status();
    for (int node = 1; node <= options_.nodes; ++node) {
      const json one = node_in(now, node);
      if (one.is_null() || !one.at("connected").get<bool>()) return false;
    }
    return true;
  });
}

fs::path World::log(int number) const { return options_.folder / "logs" / fmt::format("{}.log", number); }

std::uint64_t World::times_said(std::string_view text) const {
  const std::string said = text_of(log(0));
  std::uint64_t times = 0;
  for (std::size_t at = 0; (at = said.find(text, at)) != std::string::npos; at += text.size()) ++times;
  return times;
}

void World::start(int number) {
  launch(number);
  if (number == 0) wait_for_coordinator();
}

void World::use_programs(int number, fs::path folder) { member(number).programs = std::move(folder); }

void World::launch(int number, const std::string& failpoints) {
  std::vector<std::string> environment{"LD_PRELOAD=" + program("libclock_shim.so"),
                                       "PROCS_CLOCK=" + member(number).clock.string(),
                                       "QLIMS_FAILPOINTS=" + failpoints};
  if (number == 0) {
    start_coordinator(std::move(environment));
  } else {
    start_node(number, std::move(environment));
  }
}

void World::start_coordinator(std::vector<std::string> environment) {
  Member& one = member(0);
  one.process = std::make_unique<process::Child>(must(process::Child::start(
      {.arguments = {(one.programs / "coordinator").string(), "--data", one.data.string(), "--http",
                     fmt::format("127.0.0.1:{}", http_port()), "--zmq", fmt::format("tcp://127.0.0.1:{}", link_port()),
                     "--enrol", fmt::format("tcp://127.0.0.1:{}", options_.port + 2)},
       .log = log(0),
       .environment = std::move(environment)})));
}

void World::start_node(int number, std::vector<std::string> environment) {
  Member& one = member(number);
  one.has_pace = options_.per_second > 0;
  const Blocked hurry{SIGUSR1};  // until the node listens to it
  one.process = std::make_unique<process::Child>(must(process::Child::start(
      {.arguments = {(one.programs / "procs_node").string(), one.data.string(), one.acks->notes().string(),
                     fmt::format("tcp://127.0.0.1:{}", one.wire->port()), fmt::format("{}", options_.per_second),
                     fmt::format("{}", options_.in_hand), one.ticket},
       .log = log(number),
       .environment = std::move(environment)})));
}

void World::wait_for_coordinator() {
  wait_until("the coordinator", 60s, [this] {
    if (!member(0).process->is_running()) {
      throw std::runtime_error("the coordinator has ended: " + text_of(log(0)).substr(0, 2'000));
    }
    return !status().is_null();
  });
}

void World::kill(int number) {
  if (member(number).process) member(number).process->kill();
}
void World::pause(int number) { ::kill(pid(number), SIGSTOP); }
void World::resume(int number) {
  if (pid(number) > 0) ::kill(pid(number), SIGCONT);
}
void World::hurry(int number) {
  options_.per_second = 0;
  if (member(number).has_pace && pid(number) > 0) ::kill(pid(number), SIGUSR1);
  member(number).has_pace = false;
}
bool World::is_running(int number) { return member(number).process && member(number).process->is_running(); }
pid_t World::pid(int number) const {
  const Member& one = members_.at(static_cast<std::size_t>(number));
  return one.process ? one.process->pid() : -1;
}

void World::qlims(const std::vector<std::string>& arguments) const {
  const fs::path output = options_.folder / "qlims.log";
  std::vector<std::string> all{program("qlims")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto child = must(process::Child::start({.arguments = all, .log = output}));
  if (child.wait(120s) != 0) throw std::runtime_error("qlims " + arguments.front() + ": " + text_of(output));
}

void World::move_clock(int number, std::chrono::nanoseconds from_real) const {
  const std::int64_t octets = from_real.count();
  std::fstream file{members_.at(static_cast<std::size_t>(number)).clock,
                    std::ios::binary | std::ios::in | std::ios::out};
  if (!file) file.open(members_.at(static_cast<std::size_t>(number)).clock, std::ios::binary | std::ios::out);
  file.write(reinterpret_cast<const char*>(&octets), sizeof octets);
}

int World::add_copy(int node) {
  const int number = static_cast<int>(members_.size());
  Member copy;
  const fs::path home = options_.folder / fmt::format("copy-{}", number);
  fs::remove_all(home);
  fs::create_directories(home);
  copy.data = home / "data";
  fs::copy(data(node), copy.data, fs::copy_options::recursive);
  copy.clock = options_.folder / fmt::format("clock-{}", number);
  copy.wire = std::make_unique<Proxy>(link_port(), options_.seed * 31 + static_cast<std::uint64_t>(number));
  const fs::path notes = options_.folder / fmt::format("notes-{}", number);
  fs::create_directories(notes);
  copy.acks = std::make_unique<AckBook>(notes);
  members_.push_back(std::move(copy));
  move_clock(number, 0ns);
  return number;
}

void World::end_copy(int node, int copy, bool copy_stays) {
  kill(node);
  kill(copy);
  if (copy_stays) {
    fs::remove_all(data(node));
    fs::copy(data(copy), data(node), fs::copy_options::recursive);
  }
  fs::remove_all(data(copy));
  member(copy).process.reset();
}

std::vector<AckBook*> World::all_acks() {
  std::vector<AckBook*> books;
  for (Member& one : members_) {
    if (one.acks) books.push_back(one.acks.get());
  }
  return books;
}

std::uint64_t World::acknowledged_verdicts() {
  std::uint64_t all = 0;
  for (AckBook* book : all_acks()) {
    book->read_on();
    all += book->verdicts();
  }
  return all;
}

api::Api World::api() const { return *api::Api::to(fmt::format("http://127.0.0.1:{}", http_port()), token_); }

json World::status() const {
  auto answer = api().get("/api/v1/status");
  return answer ? std::move(*answer) : json(nullptr);
}

std::uint64_t World::tasks_in(const char* state) const {
  const json now = status();
  if (now.is_null() || now.at("plans").empty()) return 0;
  return now.at("plans").back().at("tasks").at(state).get<std::uint64_t>();
}

json World::node_in(const json& status, int node) {
  if (status.is_null()) return nullptr;
  for (const json& laboratory : status.at("laboratories")) {
    if (laboratory.at("id") != node || laboratory.at("nodes").empty()) continue;
    return laboratory.at("nodes").front();
  }
  return nullptr;
}

void World::save_orders() { saved_orders_ += exported("orders"); }

std::string World::exported(const char* what) const {
  api::Api api = this->api();
  std::string octets;
  std::string after;
  do {
    auto page = must(api.download_page(fmt::format("/api/v1/export/{}?after={}", what, after)));
    octets += page.bytes;
    after = page.next;
  } while (!after.empty());
  return octets;
}

}  // namespace lab::procs
