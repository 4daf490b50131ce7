#include "instruments/port/sics_line.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "instruments/drivers/sics.hpp"
#include "protocol/base/clock.hpp"

namespace lab::port {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::string_view weighing = "S";
constexpr std::string_view polling = "SI";

}  // namespace

struct SicsLine::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, Options given, OnCapture capture, OnTrouble trouble)
      : line(io),
        retry_timer(io),
        host_timer(io),
        poll_timer(io),
        options(std::move(given)),
        on_capture(std::move(capture)),
        on_trouble(std::move(trouble)) {}

  void open() {
    if (closed) return;
    auto device = open_serial(options.device, options.serial);
    if (!device) return lost(to_text(device.error()));
    error_code error;
    line.assign(device->descriptor, error);
    if (error) return lost(error.message());
    if (!device->warning.empty()) on_trouble(options.port_name, device->warning);
    complaint.clear();
    back_off = reopen_first;
    ++generation;
    // A weight that was asked for before the line broke must not answer the next question.
    if (host.ask("@", monotonic_clock())) turn();
    read();
    poll();
  }

  void lost(const std::string& why) {
    error_code error;
    line.close(error);
    host_timer.cancel();
    poll_timer.cancel();
    writing = false;
    output.clear();
    host.disconnected();
    report_answers();
    if (closed) return;
    complain(fmt::format("{}：{}；正在重试", options.device, why));
    retry_timer.expires_after(back_off);
    back_off = std::min(back_off * 2, reopen_longest);
    retry_timer.async_wait([self = shared_from_this()](error_code cancelled) {
      if (!cancelled) self->open();
    });
  }

  void read() {
    line.async_read_some(asio::buffer(input),
                         [self = shared_from_this(), opened = generation](error_code error, std::size_t size) {
                           if (self->closed || opened != self->generation) return;
                           if (error) return self->lost(error.message());
                           self->host.push(BytesView{self->input.data(), size}, monotonic_clock());
                           self->turn();
                           self->read();
                         });
  }

  void turn() {
    output += host.take_output();
    flush();
    report_answers();
    const auto wake = host.wake_at();
    if (!wake || !line.is_open()) {
      host_timer.cancel();
      return;
    }
    host_timer.expires_after(*wake - monotonic_clock());
    host_timer.async_wait([self = shared_from_this()](error_code cancelled) {
      if (cancelled || self->closed) return;
      self->host.tick(monotonic_clock());
      self->turn();
    });
  }

  void flush() {
    if (writing || output.empty() || !line.is_open()) return;
    writing = true;
    sending = std::exchange(output, {});
    asio::async_write(line, asio::buffer(sending),
                      [self = shared_from_this(), opened = generation](error_code error, std::size_t) {
                        if (self->closed || opened != self->generation) return;
                        self->writing = false;
                        if (!error) self->flush();  // a failed write is followed by a failed read, which reopens
                      });
  }

  void report_answers() {
    for (drivers::SicsAnswer& answer : host.take_answers()) report(answer);
  }

  void report(drivers::SicsAnswer& answer) {
    const drivers::SicsReply* weight = answer.stable_weight();
    if (weight == nullptr) return report_none(answer);
    complaint.clear();
    if (answer.asked == polling && std::exchange(last_polled, answer.raw) == answer.raw) return;  // still the same load
    Capture capture{options.port_name, options.instrument, std::move(answer.raw), wall_clock()};
    if (answer.asked == weighing) return std::exchange(on_weighed, {})(std::move(capture));
    on_capture(std::move(capture), [weak = weak_from_this()](bool stored) {
      const auto self = weak.lock();
      if (self && !stored) self->on_trouble(self->options.port_name, "重量未能保存，请重新称量");
    });
  }

  void report_none(const drivers::SicsAnswer& answer) {
    last_polled.clear();
    if (answer.asked == polling) return;  // a poll that finds the pan in motion is no trouble
    const bool asked = answer.asked == weighing;
    const std::string why = asked && answer.error.empty() ? "读数没有稳定，请稍候重新称量" : answer.error;
    if (why.empty()) return;
    complain(fmt::format("{}：{}", options.device, why));
    // Who asked waits for this very answer; whether it is news does not matter.
    if (asked) std::exchange(on_weighed, {})(fail(ErrorCode::unavailable, why, options.device));
  }

  void poll() {
    if (options.poll == Milliseconds{0}) return;
    poll_timer.expires_after(options.poll);
    poll_timer.async_wait([self = shared_from_this()](error_code cancelled) {
      if (cancelled || self->closed) return;
      if (self->host.ask(polling, monotonic_clock())) self->turn();  // busy: the next poll will do
      self->poll();
    });
  }

  void complain(const std::string& what) {
    if (std::exchange(complaint, what) != what) on_trouble(options.port_name, what);
  }

  asio::posix::stream_descriptor line;
  asio::steady_timer retry_timer;
  asio::steady_timer host_timer;
  asio::steady_timer poll_timer;
  Options options;
  OnCapture on_capture;
  OnTrouble on_trouble;
  OnWeighed on_weighed;  // there is one exactly while "S" is unanswered
  drivers::SicsHost host;
  std::array<char, 4096> input{};
  Bytes output;
  Bytes sending;
  Bytes last_polled;
  std::string complaint;
  Milliseconds back_off = reopen_first;
  unsigned generation = 0;  // of the open line: completions of an earlier one are ignored
  bool writing = false;
  bool closed = false;
};

SicsLine::SicsLine(asio::io_context& io, Options options, OnCapture on_capture, OnTrouble on_trouble)
    : impl_(std::make_shared<Impl>(io, std::move(options), std::move(on_capture), std::move(on_trouble))) {
  impl_->open();
}

SicsLine::~SicsLine() {
  impl_->closed = true;
  error_code error;
  impl_->line.close(error);
  impl_->retry_timer.cancel();
  impl_->host_timer.cancel();
  impl_->poll_timer.cancel();
}

Result<void> SicsLine::weigh(OnWeighed on_weighed) {
  if (!impl_->line.is_open()) {
    return fail(ErrorCode::unavailable, "天平没有连接，请检查连线和电源", impl_->options.device);
  }
  if (auto asked = impl_->host.ask(weighing, monotonic_clock()); !asked) return asked;
  impl_->on_weighed = std::move(on_weighed);
  impl_->turn();
  return {};
}

}  // namespace lab::port
