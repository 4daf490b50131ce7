#include "instruments/port/kept_line.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "instruments/port/byte_pump.hpp"
#include "instruments/port/tcp_options.hpp"

namespace lab::port {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct KeptLine::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& given_io, Options given)
      : io(given_io), timer(given_io), resolver(given_io), options(std::move(given)) {}

  void open() {
    if (const auto* serial = std::get_if<SerialEnd>(&options.end)) return open_device(*serial);
    connect(std::get<TcpEnd>(options.end));
  }

  void open_device(const SerialEnd& end) {
    const auto device = open_serial(end.device, end.settings);
    if (!device) return lost(device.error().message);
    asio::posix::stream_descriptor stream{io};
    error_code error;
    stream.assign(device->descriptor, error);
    if (error) return lost(error.message());
    if (!device->warning.empty()) options.on_trouble(device->warning);
    take_up(std::move(stream));
  }

  // A connect that hangs is as good as a failed one: the timer closes its socket.
  void connect(const TcpEnd& end) {
    auto socket = std::make_shared<tcp::socket>(io);
    timer.expires_after(connect_timeout);
    timer.async_wait([self = shared_from_this(), socket](error_code cancelled) {
      if (cancelled) return;
      self->resolver.cancel();
      error_code ignored;
      socket->close(ignored);
    });
    resolver.async_resolve(
        end.host, std::to_string(end.port),
        [self = shared_from_this(), socket](error_code error, const tcp::resolver::results_type& found) {
          if (error) return self->connected(error, *socket);
          asio::async_connect(*socket, found, [self, socket](error_code failed, const tcp::endpoint&) {
            self->connected(failed, *socket);
          });
        });
  }

  void connected(error_code error, tcp::socket& socket) {
    if (closed) return;
    timer.cancel();
    if (error == asio::error::operation_aborted)
      return lost(fmt::format("{} 秒内没有接通", connect_timeout.count() / 1000));
    if (error) return lost(error.message());
    prepare(socket);
    take_up(std::move(socket));
  }

  template <class Stream>
  void take_up(Stream stream) {
    complaint.clear();
    auto opened = std::make_shared<BytePump<Stream>>(
        std::move(stream), options.conversation(),
        PumpOptions{.seven_bits = options.seven_bits, .on_end = [weak = weak_from_this()](const std::string& why) {
                      if (const auto self = weak.lock()) self->lost(why);
                    }});
    pump = opened;
    opened_at = monotonic_clock();
    opened->start();
  }

  void lost(const std::string& why) {
    pump.reset();
    if (closed) return;
    // A box that accepts and hangs up at once must not be called ten times a second for ever.
    if (monotonic_clock() - opened_at > reopen_longest && opened_at != UtcTime{}) back_off = reopen_first;
    opened_at = {};
    const std::string what = fmt::format("{}：{}；正在重试", name_of(options.end), why);
    if (std::exchange(complaint, what) != what) options.on_trouble(what);
    timer.expires_after(back_off);
    back_off = std::min(back_off * 2, reopen_longest);
    timer.async_wait([self = shared_from_this()](error_code cancelled) {
      if (!cancelled && !self->closed) self->open();
    });
  }

  void close() {
    closed = true;
    timer.cancel();
    resolver.cancel();
    if (pump) pump->close();
  }

  asio::io_context& io;
  asio::steady_timer timer;
  tcp::resolver resolver;
  Options options;
  std::shared_ptr<Pump> pump;
  std::string complaint;
  Milliseconds back_off = reopen_first;
  UtcTime opened_at{};
  bool closed = false;
};

KeptLine::KeptLine(asio::io_context& io, Options options) : impl_(std::make_shared<Impl>(io, std::move(options))) {
  impl_->open();
}

KeptLine::~KeptLine() { impl_->close(); }

bool KeptLine::is_open() const { return impl_->pump && impl_->pump->is_open(); }

std::string name_of(const LineEnd& end) {
  if (const auto* serial = std::get_if<SerialEnd>(&end)) return serial->device;
  const auto& tcp_end = std::get<TcpEnd>(end);
  return fmt::format("{}:{}", tcp_end.host, tcp_end.port);
}

}  // namespace lab::port
