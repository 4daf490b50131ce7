#include "instruments/sim/astm_analyser.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <optional>
#include <utility>

namespace lab::sim {
namespace {

constexpr char ack_answer = 0x06;
constexpr int refusals_max = 6;  // E1381: then the sender ends the transfer

// A connected socket that closes itself.
class Line {
 public:
  explicit Line(int descriptor) : descriptor_(descriptor) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// What came before is no answer to what is sent now.
  bool send(BytesView bytes) const {
    forget();
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Waits, and forgets what came meanwhile. False when the peer is gone.
  [[nodiscard]] bool be_silent(Milliseconds time) const {
    for (Milliseconds rest = time; rest > Milliseconds{0}; rest -= step) {
      ::poll(nullptr, 0, static_cast<int>(std::min(rest, step).count()));
      if (!forget()) return false;
    }
    return true;
  }

  // The next octet, or NUL when none came in time or the peer is gone.
  char receive(Milliseconds timeout) const {
    pollfd wait{.fd = descriptor_, .events = POLLIN, .revents = 0};
    char octet = 0;
    if (::poll(&wait, 1, static_cast<int>(timeout.count())) <= 0) return 0;
    return ::recv(descriptor_, &octet, 1, 0) == 1 ? octet : '\0';
  }

 private:
  static constexpr Milliseconds step{20};

  // False when the peer is gone.
  bool forget() const {
    char octets[256];
    return ::recv(descriptor_, octets, sizeof octets, MSG_DONTWAIT) != 0;
  }

  int descriptor_;
};

int connect_descriptor(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return -1;
  int descriptor = -1;
  for (const addrinfo* at = found; at != nullptr && descriptor < 0; at = at->ai_next) {
    descriptor = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (descriptor >= 0 && ::connect(descriptor, at->ai_addr, at->ai_addrlen) != 0) {
      ::close(descriptor);
      descriptor = -1;
    }
  }
  ::freeaddrinfo(found);
  return descriptor;
}

// Frames and answers are single writes that somebody waits for.
int open_descriptor(const AnalyserOptions& options) {
  const int descriptor = connect_descriptor(options.host, options.port);
  const int on = 1;
  if (descriptor >= 0) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

// One transfer at a time, as the sending side of the standard does it.
class Sender {
 public:
  Sender(const Line& line, const AnalyserOptions& options) : line_(line), options_(options) {}

  Result<void> send(const AnalyserMessage& message) {
    if (options_.faults.merge_keep_alive) {
      put("\x05");
      answer();
      put("\x04");
    }
    put("\x05");
    if (answer() != ack_answer) return fail(ErrorCode::unavailable, "no answer to the enquiry (ENQ)", message.sample);
    const auto records = astm_records(message, options_.name);
    int number = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
      number = (number + 1) % 8;
      const bool damage_first = options_.faults.bad_checksum_first && i == 1;
      if (send_frame(astm_frame(number, records[i], true), damage_first)) continue;
      put("\x04");
      return fail(ErrorCode::unavailable, fmt::format("frame {} was not acknowledged", i + 1), message.sample);
    }
    put("\x04");
    return {};
  }

 private:
  bool send_frame(const Bytes& frame, bool damage_first) {
    bool lose_next_ack = options_.faults.lose_acks;
    for (int refusals = 0; refusals < refusals_max; ++refusals) {
      Bytes sent = frame;
      if (damage_first && refusals == 0) sent[2] = static_cast<char>(sent[2] ^ 0x01);
      put(sent);
      char got = answer();
      if (got == ack_answer && std::exchange(lose_next_ack, false)) {
        put(frame);
        got = answer();
      }
      if (got == ack_answer) return true;
      // Silence ends the transfer; so does an answer that is none, six times.
      if (got == 0) return false;
    }
    return false;
  }

  void put(BytesView bytes) {
    if (!options_.faults.byte_at_a_time) {
      line_.send(bytes);
      return;
    }
    for (const char octet : bytes) line_.send({&octet, 1});
  }

  char answer() { return line_.receive(options_.reply_timeout); }

  const Line& line_;
  const AnalyserOptions& options_;
};

}  // namespace

std::vector<std::string> astm_records(const AnalyserMessage& message, const std::string& analyser_name) {
  std::vector<std::string> records{fmt::format("H|\\^&|||{}|||||||P|LIS2-A2|20130603090000\r", analyser_name), "P|1\r",
                                   fmt::format("O|1|{}\r", message.sample)};
  std::size_t sequence = 0;
  for (const AnalyserResult& result : message.results) {
    records.push_back(fmt::format("R|{}|^^^{}|{}|{}||N||F||||20130603090000\r", ++sequence, result.analyte,
                                  result.value, result.unit));
  }
  records.emplace_back("L|1|N\r");
  return records;
}

Bytes astm_frame(int number, const std::string& text, bool last) {
  const std::string summed = std::to_string(number) + text + (last ? '\x03' : '\x17');
  unsigned sum = 0;
  for (const char c : summed) sum = (sum + static_cast<unsigned char>(c)) & 0xFF;
  return fmt::format("\x02{}{:02X}\r\n", summed, sum);
}

AnalyserCounts send_astm_until_acknowledged(const AnalyserOptions& options,
                                            const std::vector<AnalyserMessage>& messages, const std::stop_token& stop) {
  AnalyserCounts counts;
  std::optional<Line> line;
  while (counts.acknowledged < messages.size() && !stop.stop_requested()) {
    if (!line) {
      const int descriptor = open_descriptor(options);
      if (descriptor < 0) {
        ::poll(nullptr, 0, static_cast<int>(options.pause.count()));
        continue;
      }
      line.emplace(descriptor);
      ++counts.connections;
    }
    if (Sender{*line, options}.send(messages[counts.acknowledged])) {
      ++counts.acknowledged;
      if (options.on_acknowledged) options.on_acknowledged();
      static_cast<void>(line->be_silent(options.turnaround));  // a line that is gone shows when it is used next
      continue;
    }
    ++counts.repeated;
    if (!line->be_silent(options.pause)) line.reset();
  }
  return counts;
}

Result<std::size_t> send_astm(const AnalyserOptions& options, const std::vector<AnalyserMessage>& messages) {
  const int descriptor = open_descriptor(options);
  if (descriptor < 0) {
    return fail(ErrorCode::unavailable, "cannot connect; check that the receiver listens there",
                fmt::format("{}:{}", options.host, options.port));
  }
  const Line line{descriptor};
  Sender sender{line, options};
  std::size_t sent = 0;
  for (const AnalyserMessage& message : messages) {
    if (auto one = sender.send(message); !one) return fail(std::move(one));
    ++sent;
  }
  return sent;
}

}  // namespace lab::sim
