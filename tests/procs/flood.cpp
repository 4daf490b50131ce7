#include "tests/procs/flood.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <functional>
#include <random>
#include <stdexcept>

#include "lab-node/app/station.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/model/message.hpp"
#include "protocol/transport/client.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::procs {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t greeting_octets = 64;
constexpr std::size_t shouts_at_once = 64;

// RFC 23: signature, version 3.1, mechanism.
std::string greeting() {
  std::string octets(greeting_octets, '\0');
  octets[0] = '\xff';
  octets[9] = '\x7f';
  octets[10] = 3;
  octets[11] = 1;
  std::memcpy(octets.data() + 12, "CURVE", 5);
  return octets;
}

// RFC 32: four octets for five characters.
std::array<unsigned char, crypto_box_PUBLICKEYBYTES> from_z85(const std::string& text) {
  static const std::string digits =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> octets{};
  for (std::size_t i = 0; i < octets.size() / 4 && 5 * i + 5 <= text.size(); ++i) {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < 5; ++k) value = value * 85 + static_cast<std::uint32_t>(digits.find(text[5 * i + k]));
    for (std::size_t k = 0; k < 4; ++k) octets.at(4 * i + k) = static_cast<unsigned char>(value >> (24 - 8 * k));
  }
  return octets;
}

// RFC 26: the first command of a client; with a box that opens, or with noise.
std::string curve_hello(const std::string& server_key, bool is_right) {
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_box_SECRETKEYBYTES> secret_key{};
  crypto_box_keypair(public_key.data(), secret_key.data());
  std::array<unsigned char, crypto_box_NONCEBYTES> nonce{};
  std::memcpy(nonce.data(), "CurveZMQHELLO---", 16);
  nonce.back() = 1;
  std::array<unsigned char, 64> zeros{};
  std::array<unsigned char, 64 + crypto_box_MACBYTES> box{};
  randombytes_buf(box.data(), box.size());
  if (is_right) {
    const auto server = from_z85(server_key);
    if (crypto_box_easy(box.data(), zeros.data(), zeros.size(), nonce.data(), server.data(), secret_key.data()) != 0) {
      throw std::runtime_error("no box for that key");
    }
  }
  std::string body{"\x05HELLO"};
  body += std::string{"\x01\x00", 2} + std::string(72, '\0');
  body.append(reinterpret_cast<const char*>(public_key.data()), public_key.size());
  body.append(reinterpret_cast<const char*>(nonce.data()) + 16, 8);
  body.append(reinterpret_cast<const char*>(box.data()), box.size());
  return std::string{"\x04"} + static_cast<char>(body.size()) + body;
}

int connect_from(const char* source, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, source, &address.sin_addr);
  ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return socket;
}

// Without a TIME-WAIT, or the ports would run out.
void close_at_once(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

}  // namespace

// Keeps so many connections open, says its words in each, and then an octet now and then.
class Flood::Holder {
 public:
  struct Way {
    std::uint16_t port = 0;
    std::vector<std::string> sources{"127.0.0.1"};
    std::function<std::string(std::size_t)> words;
    bool drips = false;
  };
  Holder(Way way, std::size_t count) : way_(std::move(way)), count_(count) {
    thread_ = std::jthread{[this](const std::stop_token& stop) { hold(stop); }};
  }
  [[nodiscard]] std::uint64_t most() const { return most_; }
  [[nodiscard]] std::uint64_t reopened() const { return reopened_; }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }

 private:
  void open(std::size_t i) {
    waiting_.at(i) = {.fd = connect_from(way_.sources.at(i % way_.sources.size()).c_str(), way_.port),
                      .events = POLLIN | POLLOUT};
  }
  void hold(const std::stop_token& stop) {
    waiting_.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) open(i);
    auto dripped = Clock::now();
    while (!stop.stop_requested()) {
      ::poll(waiting_.data(), waiting_.size(), 50);
      std::uint64_t open_now = 0;
      for (std::size_t i = 0; i < count_; ++i) open_now += look_at(i);
      most_ = std::max(most_.load(), open_now);
      std::this_thread::sleep_for(5ms);
      if (!way_.drips || Clock::now() - dripped < 1s) continue;
      dripped = Clock::now();
      for (const pollfd& one : waiting_) (void)!::send(one.fd, "x", 1, MSG_NOSIGNAL);
    }
    for (const pollfd& one : waiting_) close_at_once(one.fd);
  }
  bool look_at(std::size_t i) {
    pollfd& one = waiting_.at(i);
    if ((one.revents & POLLOUT) != 0) {
      const std::string words = way_.words(i);
      (void)!::send(one.fd, words.data(), words.size(), MSG_NOSIGNAL);
      one.events = POLLIN;
    }
    if ((one.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      std::array<char, 4'096> heard{};
      if (::recv(one.fd, heard.data(), heard.size(), 0) <= 0) {
        ::close(one.fd);
        ++reopened_;
        open(i);
        return false;
      }
    }
    return one.events == POLLIN;
  }

  Way way_;
  std::size_t count_;
  std::vector<pollfd> waiting_;
  std::atomic<std::uint64_t> most_ = 0;
  std::atomic<std::uint64_t> reopened_ = 0;
  std::jthread thread_;  // last
};

// A node that was enrolled and lies.
class Flood::Liar {
 public:
  Liar(const std::string& line, std::uint16_t link_port, double per_second) : per_second_(per_second) {
    const auto ticket = node::app::parse_ticket(line);
    if (!ticket) throw std::runtime_error("no ticket for the liar");
    const node::app::Station station{.curve = transport::make_curve_keys(),
                                     .signing = crypto::make_key_pair().secret_key};
    const auto store = journal::make_memory_store();
    if (const auto done = enrol(*store, station, *ticket, "liar"); !done)
      throw std::runtime_error(to_text(done.error()));
    auto client = transport::Client::start({.endpoint = fmt::format("tcp://127.0.0.1:{}", link_port),
                                            .server_key = ticket->server_key,
                                            .keys = station.curve,
                                            .on_frames = {},
                                            .on_link = {}});
    if (!client) throw std::runtime_error(to_text(client.error()));
    client_ = std::move(*client);
    thread_ = std::jthread{[this](const std::stop_token& stop) { lie(stop); }};
  }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  [[nodiscard]] std::uint64_t said() const { return client_->counters().sent; }

 private:
  void lie(const std::stop_token& stop) {
    constexpr auto pause = 10ms;
    const auto each_time = static_cast<std::size_t>(per_second_ / 100);
    while (!stop.stop_requested()) {
      std::vector<Bytes> frames;
      for (std::size_t i = 0; i < each_time; ++i) frames.push_back(some_lie());
      client_->send(std::move(frames));
      std::this_thread::sleep_for(pause);
    }
  }
  Bytes some_lie() {
    constexpr std::size_t noise_octets = 200;
    const std::uint64_t kind = random_() % 3;
    if (kind == 0) {
      Bytes noise(noise_octets, '\0');
      for (char& octet : noise) octet = static_cast<char>(random_());
      return noise;
    }
    model::Hello hello{.build = "liar", .orders = random_() % 2, .boot = random_()};
    if (kind == 1) hello.protocol_min = hello.protocol_max = 99;
    hello.streams.push_back({.incarnation = static_cast<std::uint32_t>(random_() % 3), .sequence = random_() % 9});
    return wire::encode(model::Message{hello}, random_());
  }

  double per_second_;
  std::mt19937_64 random_{7};
  std::unique_ptr<transport::Client> client_;
  std::jthread thread_;  // last
};

Flood::Flood(FloodTarget target, const Wanted& wanted, const std::string& ticket) : target_(std::move(target)) {
  const auto begin_of_greeting = [](std::size_t i) { return i % 2 == 0 ? std::string{} : greeting().substr(0, 10); };
  const auto whole_hello = [key = target_.server_key](std::size_t) { return greeting() + curve_hello(key, true); };
  const auto begin_of_request = [](std::size_t) {
    return std::string{"GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-"};
  };
  holders_.push_back(
      std::make_unique<Holder>(Holder::Way{.port = target_.link_port, .words = begin_of_greeting}, wanted.silent));
  holders_.push_back(
      std::make_unique<Holder>(Holder::Way{.port = target_.link_port, .words = whole_hello}, wanted.half_done));
  // From four addresses: one alone is not let in so often.
  holders_.push_back(
      std::make_unique<Holder>(Holder::Way{.port = target_.http_port,
                                           .sources = {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"},
                                           .words = begin_of_request,
                                           .drips = true},
                               wanted.slow));
  liar_ = std::make_unique<Liar>(ticket, target_.link_port, wanted.bad_words_per_second);
  shouter_ = std::jthread{[this](const std::stop_token& stop) { say_bad_hellos(stop); }};
}

Flood::~Flood() = default;

FloodCounts Flood::stop() {
  shouter_.request_stop();
  shouter_.join();
  liar_->stop();
  for (const auto& holder : holders_) holder->stop();
  FloodCounts counts{.silent = holders_.at(0)->most(),
                     .half_done = holders_.at(1)->most(),
                     .slow = holders_.at(2)->most(),
                     .bad_hellos = bad_hellos_,
                     .bad_words = liar_->said()};
  for (const auto& holder : holders_) counts.reopened += holder->reopened();
  return counts;
}

// Counted when the other side has answered or closed.
void Flood::say_bad_hellos(const std::stop_token& stop) {
  const std::string words = greeting() + curve_hello(target_.server_key, false);
  std::vector<pollfd> sockets(shouts_at_once, pollfd{.fd = -1});
  while (!stop.stop_requested()) {
    for (pollfd& one : sockets) {
      if (one.fd < 0) one = {.fd = connect_from("127.0.0.1", target_.link_port), .events = POLLOUT};
    }
    ::poll(sockets.data(), sockets.size(), 50);
    for (pollfd& one : sockets) {
      if ((one.revents & POLLOUT) != 0) {
        (void)!::send(one.fd, words.data(), words.size(), MSG_NOSIGNAL);
        one.events = POLLIN;
      } else if (one.revents != 0) {
        std::array<char, 4'096> heard{};
        if (::recv(one.fd, heard.data(), heard.size(), 0) > 0) continue;  // its greeting; the end is still to come
        close_at_once(one.fd);
        one.fd = -1;
        ++bad_hellos_;
      }
    }
  }
  for (const pollfd& one : sockets) {
    if (one.fd >= 0) close_at_once(one.fd);
  }
}

}  // namespace lab::procs
