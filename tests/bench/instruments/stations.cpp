#include "tests/bench/instruments/stations.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <thread>

#include "instruments/port/astm_server.hpp"
#include "instruments/port/mllp_server.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/journal/store.hpp"

namespace lab::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// A blocking loopback connection with a buffer for what it reads.
class Line {
 public:
  explicit Line(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    LAB_CHECK(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Line() { ::close(descriptor_); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void send(BytesView bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      LAB_CHECK(sent > 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void expect_ack() const {
    char octet = 0;
    LAB_CHECK(::recv(descriptor_, &octet, 1, 0) == 1 && octet == '\x06');
  }
  // How many answers came with the next octets, at least one of them good.
  int count_answers() {
    const ssize_t size = ::recv(descriptor_, buffer_, sizeof buffer_, 0);
    LAB_CHECK(size > 0);
    return static_cast<int>(std::count(buffer_, buffer_ + size, '\x1C'));
  }

 private:
  int descriptor_;
  char buffer_[64 * 1024];
};

std::uint64_t send_astm_for(std::uint16_t port, const std::vector<Bytes>& frames, double seconds) {
  const Line line{port};
  std::uint64_t sent = 0;
  for (const auto begin = Clock::now(); seconds_since(begin) < seconds; ++sent) {
    line.send("\x05");
    line.expect_ack();
    for (const Bytes& frame : frames) {
      line.send(frame);
      line.expect_ack();
    }
    line.send("\x04");
  }
  return sent;
}

}  // namespace

struct Station::Impl {
  explicit Impl(const std::filesystem::path& place) : folder(place) {
    std::filesystem::remove_all(folder);
    auto opened = journal::open_lmdb(folder, {.map_bytes = std::uint64_t{4} << 30});
    LAB_CHECK(opened.has_value());
    store = std::move(*opened);
    const auto take = [this](port::Capture capture, port::Done done) { collect(std::move(capture), std::move(done)); };
    const auto trouble = [](const std::string&, const std::string& what) { std::fputs((what + "\n").c_str(), stderr); };
    auto astm_opened = port::AstmServer::open(io, {.port_name = "astm", .address = "127.0.0.1"}, take, trouble);
    auto hl7_opened = port::MllpServer::open(io, {.port_name = "hl7", .address = "127.0.0.1"}, take, trouble);
    LAB_CHECK(astm_opened.has_value() && hl7_opened.has_value());
    astm = std::move(*astm_opened);
    hl7 = std::move(*hl7_opened);
    loop = std::jthread{[this] { io.run(); }};
  }
  ~Impl() {
    io.stop();
    loop = {};
    std::filesystem::remove_all(folder);
  }

  void collect(port::Capture capture, port::Done done) {
    waiting.emplace_back(std::move(capture.raw), std::move(done));
    if (!std::exchange(turn_posted, true)) boost::asio::post(io, [this] { turn(); });
  }

  void turn() {
    turn_posted = false;
    const auto batch = store->write();
    for (const auto& [raw, done] : waiting) {
      LAB_CHECK(batch->put(journal::Fields('x').add(next++).bytes(), raw).has_value());
    }
    LAB_CHECK(batch->commit().has_value());
    for (auto& [raw, done] : std::exchange(waiting, {})) {
      ++stored;
      done(true);
    }
  }

  std::filesystem::path folder;
  std::unique_ptr<journal::Store> store;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::vector<std::pair<Bytes, port::Done>> waiting;
  bool turn_posted = false;
  std::uint64_t next = 0;
  std::atomic<std::uint64_t> stored = 0;
  std::unique_ptr<port::AstmServer> astm;
  std::unique_ptr<port::MllpServer> hl7;
  std::jthread loop;
};

Station::Station(const std::filesystem::path& folder) : impl_(std::make_unique<Impl>(folder)) {}
Station::~Station() = default;
std::uint16_t Station::astm_port() const { return impl_->astm->tcp_port(); }
std::uint16_t Station::hl7_port() const { return impl_->hl7->tcp_port(); }
std::uint64_t Station::stored() const { return impl_->stored; }

double astm_rate(std::uint16_t port, const std::vector<std::string>& records, int connections, double seconds) {
  std::vector<Bytes> frames;
  for (const std::string& record : records) {
    frames.push_back(sim::astm_frame(static_cast<int>(frames.size() + 1) % 8, record, true));
  }
  std::atomic<std::uint64_t> sent = 0;
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> senders;
    for (int i = 0; i < connections; ++i) senders.emplace_back([&] { sent += send_astm_for(port, frames, seconds); });
  }
  return static_cast<double>(sent) / seconds_since(begin);
}

double mllp_rate(std::uint16_t port, const std::string& message, int in_flight, double seconds) {
  const Bytes block = "\x0B" + message + "\x1C\r";
  Line line{port};
  std::uint64_t answered = 0;
  int open = 0;
  const auto begin = Clock::now();
  while (seconds_since(begin) < seconds) {
    Bytes burst;
    for (; open < in_flight; ++open) burst += block;
    line.send(burst);
    const int answers = line.count_answers();
    open -= answers;
    answered += static_cast<std::uint64_t>(answers);
  }
  return static_cast<double>(answered) / seconds_since(begin);
}

}  // namespace lab::bench
