#include "instruments/port/mllp_server.hpp"

#include <fmt/format.h>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "instruments/drivers/hl7.hpp"
#include "instruments/drivers/hl7_ack.hpp"
#include "instruments/drivers/mllp.hpp"
#include "instruments/port/listener.hpp"
#include "protocol/base/clock.hpp"

namespace lab::port {

namespace asio = boost::asio;
namespace hl7 = drivers::hl7;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// A message between its arrival and its answer.
struct InHand {
  std::optional<hl7::Header> header{};
  hl7::Outcome outcome = hl7::Outcome::unstored;
  std::string reason{};
  std::size_t octets = 0;
  bool settled = false;  // its answer may go out, once those before it have
};

// What it will be answered once it is durable, and what was read for that.
std::pair<InHand, std::optional<model::Decoding>> examine(const drivers::MllpMessage& message) {
  InHand entry{.octets = message.frame.size()};
  auto header = hl7::read_header(message.text());
  if (header) entry.header = std::move(*header);
  if (message.oversized) {
    entry.outcome = hl7::Outcome::rejected;
    entry.reason = "报文超过上限，没有保存；请不要随结果发送图像";
    return {std::move(entry), std::nullopt};
  }
  if (!header) {
    entry.outcome = hl7::Outcome::rejected;
    entry.reason = header.error().message;
    return {std::move(entry), std::nullopt};
  }
  model::Decoding decoding = drivers::decode_hl7(message.frame);
  entry.reason = decoding.refused;
  entry.outcome = entry.reason.empty() ? hl7::Outcome::taken : hl7::Outcome::unread;
  return {std::move(entry), std::move(decoding)};
}

// One sender. The server owns it: between a pause in reading and its answers no operation of its own keeps it alive,
// and a Done may outlive the loop.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, MllpServer::Options options, OnCapture on_capture, OnTrouble on_trouble)
      : socket_(std::move(socket)),
        options_(std::move(options)),
        on_capture_(std::move(on_capture)),
        on_trouble_(std::move(on_trouble)),
        framer_({.message_octets = options_.message_octets}) {}

  void start() { read(); }

  void close() {
    error_code error;
    socket_.close(error);
  }

  [[nodiscard]] bool is_open() const { return socket_.is_open(); }

 private:
  void read() {
    reading_ = true;
    socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](error_code error, std::size_t size) {
      self->reading_ = false;
      if (error) return self->end_of_input(error);
      self->framer_.push({self->input_.data(), size});
      self->turn();
    });
  }

  // A sender may close its side at once and still read the answers.
  void end_of_input(error_code error) {
    if (framer_.inside_message()) trouble("连接在报文中间断开，这份报文没有保存也没有应答，等待重发");
    ended_ = true;
    if (error != asio::error::eof) return close();
    turn();
  }

  // Everything that can be done after something happened.
  void turn() {
    if (turning_) return;  // a Done that is called at once comes back here; the loop below goes on
    turning_ = true;
    for (const std::string& note : framer_.take_notes()) trouble(note);
    while (has_room()) {
      auto message = framer_.take_message();
      if (!message) break;
      accept(std::move(*message));
      answer();
    }
    answer();
    turning_ = false;
    send();
    if (!is_open() || reading_) return;
    if (!ended_ && has_room()) read();
    if (ended_ && in_hand_.empty() && !writing_) close();
  }

  [[nodiscard]] bool has_room() const {
    return in_hand_.size() < MllpServer::messages_in_hand_max && octets_in_hand_ < options_.message_octets;
  }

  void accept(drivers::MllpMessage message) {
    const std::uint64_t id = first_in_hand_ + in_hand_.size();
    auto [entry, decoding] = examine(message);
    in_hand_.push_back(std::move(entry));
    octets_in_hand_ += message.frame.size();
    if (message.oversized) {
      in_hand_.back().settled = true;
      return;
    }
    Capture capture{options_.port_name, options_.instrument, std::move(message.frame), wall_clock(),
                    std::move(decoding)};
    on_capture_(std::move(capture), [weak = weak_from_this(), id](bool stored) {
      if (const auto self = weak.lock()) self->settle(id, stored);
    });
  }

  void settle(std::uint64_t id, bool stored) {
    InHand& entry = in_hand_.at(id - first_in_hand_);
    if (!stored) {
      entry.outcome = hl7::Outcome::unstored;
      entry.reason = "未能保存，请稍后重发";
    }
    entry.settled = true;
    turn();
  }

  void answer() {
    while (!in_hand_.empty() && in_hand_.front().settled) {
      const InHand entry = std::move(in_hand_.front());
      in_hand_.pop_front();
      ++first_in_hand_;
      octets_in_hand_ -= entry.octets;
      for (const std::string_view code : hl7::codes_for(entry.header.value_or(hl7::Header{}), entry.outcome)) {
        const UtcTime now = wall_clock();
        const std::string id = fmt::format("{}-{}", to_unix_ms(now), ++answers_);
        output_ += hl7::mllp_block(
            hl7::acknowledgement(entry.header, {.code = code, .reason = entry.reason, .control_id = id, .now = now}));
      }
    }
  }

  void send() {
    if (writing_ || output_.empty() || !is_open()) return;
    writing_ = true;
    sending_ = std::exchange(output_, {});
    asio::async_write(socket_, asio::buffer(sending_), [self = shared_from_this()](error_code error, std::size_t) {
      self->writing_ = false;
      if (error) return self->close();
      self->turn();
    });
  }

  void trouble(const std::string& what) { on_trouble_(options_.port_name, options_.instrument + ": " + what); }

  tcp::socket socket_;
  MllpServer::Options options_;
  OnCapture on_capture_;
  OnTrouble on_trouble_;
  drivers::MllpFramer framer_;
  std::deque<InHand> in_hand_;       // in order of arrival
  std::uint64_t first_in_hand_ = 0;  // number of the first of them since the connection began
  std::size_t octets_in_hand_ = 0;
  std::uint64_t answers_ = 0;
  std::array<char, 64 * 1024> input_{};
  Bytes output_;
  Bytes sending_;
  bool reading_ = false;
  bool writing_ = false;
  bool turning_ = false;
  bool ended_ = false;  // nothing more will come in
};

}  // namespace

struct MllpServer::Impl : Listener<Connection> {
  using Listener::Listener;
};

Result<std::unique_ptr<MllpServer>> MllpServer::open(asio::io_context& io, const Options& options,
                                                     const OnCapture& on_capture, const OnTrouble& on_trouble) {
  const auto make = [options, on_capture, on_trouble](tcp::socket socket, const std::string& peer) {
    Options own = options;
    if (own.instrument.empty()) own.instrument = peer;
    return std::make_shared<Connection>(std::move(socket), std::move(own), on_capture, on_trouble);
  };
  auto impl = std::make_shared<Impl>(io, options.port_name, on_trouble, make);
  if (auto listening = impl->listen(options.address, options.tcp_port, " HL7 报文"); !listening) {
    return fail(std::move(listening));
  }
  return std::unique_ptr<MllpServer>{new MllpServer{std::move(impl)}};
}

MllpServer::MllpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

MllpServer::~MllpServer() { impl_->close(); }

std::uint16_t MllpServer::tcp_port() const { return impl_->tcp_port(); }

}  // namespace lab::port
