#include "instruments/sim/hl7_analyser.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>

namespace lab::sim {
namespace {

// A connected socket that closes itself, with what has been received and not looked at.
class Line {
 public:
  explicit Line(const Hl7Options& options) : timeout_(options.reply_timeout) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found) != 0) return;
    for (const addrinfo* at = found; at != nullptr && descriptor_ < 0; at = at->ai_next) {
      descriptor_ = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
      if (descriptor_ >= 0 && ::connect(descriptor_, at->ai_addr, at->ai_addrlen) != 0) {
        ::close(descriptor_);
        descriptor_ = -1;
      }
    }
    ::freeaddrinfo(found);
    const int on = 1;
    if (descriptor_ >= 0) ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Line() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  [[nodiscard]] bool is_connected() const { return descriptor_ >= 0; }

  bool send(BytesView bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The text between the next pair of marks; empty when none came in time.
  std::string receive() {
    for (;;) {
      const std::size_t begin = buffer_.find('\x0B');
      const std::size_t end = begin == std::string::npos ? begin : buffer_.find('\x1C', begin);
      if (end != std::string::npos) {
        std::string text = buffer_.substr(begin + 1, end - begin - 1);
        buffer_.erase(0, end + 1);
        return text;
      }
      pollfd wait{.fd = descriptor_, .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, static_cast<int>(timeout_.count())) <= 0) return {};
      char chunk[4096];
      const ssize_t size = ::recv(descriptor_, chunk, sizeof chunk, 0);
      if (size <= 0) return {};
      buffer_.append(chunk, static_cast<std::size_t>(size));
    }
  }

 private:
  int descriptor_ = -1;
  Milliseconds timeout_;
  std::string buffer_;
};

struct Reply {
  std::string code;
  std::string control_id;
  std::string reason;
};

// MSA-1, MSA-2 and MSA-3 of an answer.
Reply read_reply(const std::string& text) {
  const std::size_t begin = text.find("\rMSA|");
  if (begin == std::string::npos) return {};
  const std::string segment = text.substr(begin + 5, text.find('\r', begin + 1) - begin - 5) + "||";
  const std::size_t first = segment.find('|');
  const std::size_t second = segment.find('|', first + 1);
  return {segment.substr(0, first), segment.substr(first + 1, second - first - 1),
          segment.substr(second + 1, segment.find('|', second + 1) - second - 1)};
}

bool is_accepted(const Reply& reply) { return reply.code == "AA" || reply.code == "CA"; }

class Sender {
 public:
  Sender(Line& line, const Hl7Options& options) : line_(line), options_(options) {}

  Result<void> send_one(const std::string& text, const std::string& control_id) {
    bool lose_next = options_.faults.lose_acks;
    Reply reply;
    for (int attempt = 0; attempt < options_.attempts + (options_.faults.lose_acks ? 1 : 0); ++attempt) {
      put(text);
      reply = read_reply(line_.receive());
      if (reply.code.empty()) break;
      if (lose_next) {
        lose_next = false;
        continue;
      }
      if (is_accepted(reply) && reply.control_id == control_id) return {};
    }
    return refused(reply, control_id);
  }

  Result<std::size_t> send_all(const std::vector<std::pair<std::string, std::string>>& messages) {
    std::size_t accepted = 0;
    // In portions that fit in the buffers of both sides, as one that never reads while it writes would get stuck.
    constexpr std::size_t portion = 64;
    for (std::size_t begin = 0; begin < messages.size(); begin += portion) {
      const std::size_t end = std::min(begin + portion, messages.size());
      Bytes all;
      for (std::size_t i = begin; i < end; ++i) all += framed(messages[i].first);
      line_.send(all);
      for (std::size_t i = begin; i < end; ++i) {
        const Reply reply = read_reply(line_.receive());
        if (!is_accepted(reply) || reply.control_id != messages[i].second) {
          return tl::unexpected<Error>(refused(reply, messages[i].second).error());
        }
        ++accepted;
      }
    }
    return accepted;
  }

 private:
  static Bytes framed(const std::string& text) { return "\x0B" + text + "\x1C\r"; }

  static Result<void> refused(const Reply& reply, const std::string& control_id) {
    if (reply.code.empty()) return fail(ErrorCode::unavailable, "no acknowledgement", control_id);
    return fail(ErrorCode::unavailable,
                fmt::format("answered {} for {}: {}", reply.code, reply.control_id, reply.reason), control_id);
  }

  void put(const std::string& text) {
    Bytes bytes = framed(text);
    if (options_.faults.fill_with_nul) bytes = Bytes(3, '\0') + bytes + Bytes(2, '\0');
    if (!options_.faults.byte_at_a_time) {
      line_.send(bytes);
      return;
    }
    for (const char octet : bytes) line_.send({&octet, 1});
  }

  Line& line_;
  const Hl7Options& options_;
};

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

std::string hl7_message(const AnalyserMessage& message, const std::string& analyser_name,
                        const std::string& control_id) {
  std::string text = fmt::format(
      "MSH|^~\\&|{}|BENCH|LIS|LAB|20130603090000||ORU^R01|{}|P|2.3.1||||||UNICODE UTF-8\rPID|1\r"
      "OBR|1||{}|^^^PANEL|||20130603085500\r",
      analyser_name, control_id, message.sample);
  std::size_t sequence = 0;
  for (const AnalyserResult& result : message.results) {
    text += fmt::format("OBX|{}|{}|{}||{}|{}|||||F|||20130603090000\r", ++sequence,
                        is_number(result.value) ? "NM" : "ST", result.analyte, result.value, result.unit);
  }
  return text;
}

Result<std::size_t> send_hl7(const Hl7Options& options, const std::vector<AnalyserMessage>& messages) {
  Line line{options};
  if (!line.is_connected()) {
    return fail(ErrorCode::unavailable, "cannot connect; check that the receiver listens there",
                fmt::format("{}:{}", options.host, options.port));
  }
  std::vector<std::pair<std::string, std::string>> all;
  for (const AnalyserMessage& message : messages) {
    const std::string id = fmt::format("{}-{}", options.name, all.size() + 1);
    all.emplace_back(hl7_message(message, options.name, id), id);
  }
  Sender sender{line, options};
  if (options.faults.pipelined) return sender.send_all(all);
  for (const auto& [text, id] : all) {
    if (auto sent = sender.send_one(text, id); !sent) return fail(std::move(sent));
  }
  return all.size();
}

}  // namespace lab::sim
