#include "protocol/transport/gate.hpp"

#include <array>

#include "protocol/base/log.hpp"
#include "protocol/transport/sockets.hpp"

namespace lab::transport {
namespace {

constexpr const char* zap_endpoint = "inproc://zeromq.zap.01";

// Frames of a question: version, request id, domain, address, routing id, mechanism, credentials.
constexpr std::size_t version_frame = 0;
constexpr std::size_t request_frame = 1;
constexpr std::size_t domain_frame = 2;
constexpr std::size_t address_frame = 3;
constexpr std::size_t mechanism_frame = 5;
constexpr std::size_t key_frame = 6;
constexpr std::size_t question_frames = 7;
constexpr std::size_t key_octets = 32;

/// Somebody who tries keys must not fill the disk with log lines; the counter has them all.
constexpr std::chrono::seconds log_interval{1};

std::string to_z85(const std::string& octets) {
  std::array<char, key_octets / 4 * 5 + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  return text.data();
}

}  // namespace

Gate::Gate(zmq::context_t& context, std::function<void(const Stranger&)> on_stranger)
    : questions_(context, zmq::socket_type::rep), on_stranger_(std::move(on_stranger)) {
  questions_.set(zmq::sockopt::linger, 0);
  questions_.bind(zap_endpoint);
}

Gate::~Gate() { zmq_unbind(questions_.handle(), zap_endpoint); }

void Gate::allow(const std::string& key) {
  const std::lock_guard lock(mutex_);
  allowed_.insert(key);
}

void Gate::revoke(const std::string& key) {
  const std::lock_guard lock(mutex_);
  allowed_.erase(key);
}

bool Gate::is_allowed(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return allowed_.contains(key);
}

void Gate::answer_all() {
  zmq::message_t part;
  while (questions_.recv(part, zmq::recv_flags::dontwait)) {
    std::vector<std::string> question{part.to_string()};
    while (part.more() && questions_.recv(part, zmq::recv_flags::none)) question.push_back(part.to_string());
    answer(question);
  }
}

void Gate::answer(const std::vector<std::string>& question) {
  const bool understood = question.size() == question_frames && question[version_frame] == "1.0" &&
                          question[mechanism_frame] == "CURVE" && question[key_frame].size() == key_octets;
  std::string key;
  bool welcome = false;
  if (understood) {
    key = to_z85(question[key_frame]);
    welcome = question[domain_frame] == enrol_domain || (question[domain_frame] == lab_domain && is_allowed(key));
    if (!welcome) log_refusal(key, question[address_frame]);
    if (!welcome && on_stranger_) on_stranger_({.key = key, .address = question[address_frame], .what = "connect"});
  }
  if (!welcome) ++refused_;
  const std::array<std::string, 6> reply = {"1.0",
                                            question.size() > request_frame ? question[request_frame] : "",
                                            welcome ? "200" : "400",
                                            welcome ? "OK" : "this key is not enrolled",
                                            welcome ? key : "",
                                            ""};
  for (std::size_t i = 0; i < reply.size(); ++i) {
    const auto flags = i + 1 < reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    questions_.send(zmq::buffer(reply[i]), flags);
  }
}

void Gate::log_refusal(const std::string& key, const std::string& address) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_log_) return;
  next_log_ = now + log_interval;
  log::warning("refused key {} from {}: not enrolled or revoked; give the node a ticket ({} refused before)", key,
               address, refused_.load());
}

}  // namespace lab::transport
