#include "tests/procs/proxy.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lab::procs {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr auto look_again = std::chrono::milliseconds{10};
constexpr auto between_octets = std::chrono::milliseconds{1};
constexpr int latest_ms = 300;
constexpr std::size_t recorded_max = 64 * 1024;
constexpr std::size_t first_octets_max = 400;  // of a new connection, before it is reset

}  // namespace

const char* name_of(WireFault fault) {
  constexpr std::array names{"none",         "reset",          "half-open",         "stall",
                             "trickle",      "cut in a frame", "duplicate connect", "one way up",
                             "one way down", "delay",          "partition"};
  return names.at(static_cast<std::size_t>(fault));
}

void FrameTracker::take(char octet) {
  if (greeting_left_ > 0) {
    --greeting_left_;
    return;
  }
  if (!inside_) {
    constexpr unsigned long_flag = 2;
    inside_ = true;
    length_left_ = (static_cast<unsigned char>(octet) & long_flag) != 0 ? 8 : 1;
    body_left_ = 0;
    return;
  }
  if (length_left_ > 0) {
    body_left_ = (body_left_ << 8) | static_cast<unsigned char>(octet);
    if (--length_left_ == 0) inside_ = body_left_ > 0;
    return;
  }
  inside_ = --body_left_ > 0;
}

// The listener and everything that was connected through it, on one thread.
class Proxy::Wires {
 public:
  Wires(std::uint16_t to, std::uint64_t seed)
      : to_(asio::ip::address_v4::loopback(), to),
        acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        random_(seed) {
    accept();
    thread_ = std::jthread{[this] { io_.run(); }};
  }
  ~Wires() { io_.stop(); }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void set(WireFault fault) {
    asio::post(io_, [this, fault] { change(fault); });
  }
  [[nodiscard]] std::uint64_t fired(WireFault fault) const { return fired_.at(static_cast<std::size_t>(fault)); }

 private:
  class Wire;
  friend class Wire;
  void accept();
  void change(WireFault fault);
  void count() { ++fired_.at(static_cast<std::size_t>(fault_)); }
  std::size_t draw(std::size_t below) { return below == 0 ? 0 : random_() % below; }

  asio::io_context io_{1};
  tcp::endpoint to_;
  tcp::acceptor acceptor_;
  std::mt19937_64 random_;
  WireFault fault_ = WireFault::none;
  std::array<std::atomic<std::uint64_t>, wire_faults> fired_{};
  std::vector<std::weak_ptr<Wire>> open_;
  std::jthread thread_;  // last: it uses all of the above
};

// One client's connection and ours to the server.
class Proxy::Wires::Wire : public std::enable_shared_from_this<Wire> {
 public:
  Wire(Wires& wires, tcp::socket near)
      : wires_(wires), near_(std::move(near)), far_(wires.io_), up_(wires.io_, true), down_(wires.io_, false) {}

  void start() {
    error_code ignored;
    near_.set_option(tcp::no_delay(true), ignored);
    if (wires_.fault_ == WireFault::half_open) {
      wires_.count();
      dead_ = true;
      return read(up_);
    }
    if (wires_.fault_ == WireFault::reset) reset_after_ = 1 + wires_.draw(first_octets_max);
    far_.async_connect(wires_.to_, [self = shared_from_this()](error_code error) {
      if (error) return self->close();
      error_code no_matter;
      self->far_.set_option(tcp::no_delay(true), no_matter);
      self->read(self->up_);
      self->read(self->down_);
    });
  }

  // The fault of the proxy has just begun.
  void on_fault() {
    switch (wires_.fault_) {
      case WireFault::reset:
      case WireFault::partition:
        wires_.count();
        reset();
        return;
      case WireFault::half_open:
        wires_.count();
        dead_ = true;
        return;
      case WireFault::duplicate_connect:
        say_again();
        return;
      default:
        return;
    }
  }
  [[nodiscard]] bool is_open() const { return near_.is_open(); }

 private:
  struct Pipe {
    Pipe(asio::io_context& io, bool goes_up) : timer(io), up(goes_up) {}
    asio::steady_timer timer;
    bool up;
    std::array<char, 65'536> octets{};
    std::size_t begin = 0;
    std::size_t end = 0;
    FrameTracker frames{};
    bool counted = false;  // the waiting of what is held now
  };

  tcp::socket& from(const Pipe& pipe) { return pipe.up ? near_ : far_; }
  tcp::socket& to(const Pipe& pipe) { return pipe.up ? far_ : near_; }

  void read(Pipe& pipe) {
    from(pipe).async_read_some(asio::buffer(pipe.octets),
                               [self = shared_from_this(), &pipe](error_code error, std::size_t got) {
                                 if (error) return self->ended(pipe);
                                 pipe.begin = 0;
                                 pipe.end = got;
                                 pipe.counted = false;
                                 self->took(pipe);
                               });
  }

  void took(Pipe& pipe) {
    if (dead_) return read(pipe);
    if (pipe.up && recorded_.size() < recorded_max) recorded_.append(pipe.octets.data(), pipe.end);
    if (reset_after_ > 0 && pipe.up) {
      if (pipe.end >= reset_after_) {
        wires_.count();
        return reset();
      }
      reset_after_ -= pipe.end;
    }
    if (wires_.fault_ == WireFault::delay) {
      wires_.count();
      return after(pipe, std::chrono::milliseconds{wires_.draw(latest_ms)}, &Wire::carry_all);
    }
    carry(pipe);
  }

  [[nodiscard]] bool is_held(const Pipe& pipe) const {
    const WireFault fault = wires_.fault_;
    return fault == WireFault::stall || (fault == WireFault::one_way_up && pipe.up) ||
           (fault == WireFault::one_way_down && !pipe.up);
  }

  // What is in the pipe, as the fault of this moment allows.
  void carry(Pipe& pipe) {
    if (dead_) return read(pipe);
    if (is_held(pipe)) {
      if (!std::exchange(pipe.counted, true)) wires_.count();
      return after(pipe, look_again, &Wire::carry);
    }
    if (wires_.fault_ == WireFault::trickle) {
      wires_.count();
      return write(pipe, 1, &Wire::trickled);
    }
    if (wires_.fault_ == WireFault::cut_in_frame && cut(pipe)) return;
    carry_all(pipe);
  }
  void carry_all(Pipe& pipe) {
    if (dead_) return read(pipe);
    write(pipe, pipe.end - pipe.begin, &Wire::read);
  }
  void trickled(Pipe& pipe) {
    if (pipe.begin == pipe.end) return read(pipe);
    after(pipe, between_octets, &Wire::carry);
  }

  // Ends the connection behind some octet that is not the last one of its frame.
  bool cut(Pipe& pipe) {
    const std::size_t length = pipe.end - pipe.begin;
    FrameTracker tracker = pipe.frames;
    const std::size_t wanted = 1 + wires_.draw(length);
    for (std::size_t i = 0; i < length; ++i) {
      tracker.take(pipe.octets.at(pipe.begin + i));
      if (i + 1 < wanted || !tracker.is_inside()) continue;
      wires_.count();
      write(pipe, i + 1, &Wire::close_both);
      return true;
    }
    return false;
  }
  void close_both(Pipe&) { close(); }

  void write(Pipe& pipe, std::size_t length, void (Wire::*next)(Pipe&)) {
    for (std::size_t i = 0; i < length; ++i) pipe.frames.take(pipe.octets.at(pipe.begin + i));
    asio::async_write(to(pipe), asio::buffer(pipe.octets.data() + pipe.begin, length),
                      [self = shared_from_this(), &pipe, length, next](error_code error, std::size_t) {
                        if (error) return self->ended(pipe);
                        pipe.begin += length;
                        (self.get()->*next)(pipe);
                      });
  }

  void after(Pipe& pipe, std::chrono::milliseconds pause, void (Wire::*step)(Pipe&)) {
    pipe.timer.expires_after(pause);
    pipe.timer.async_wait([self = shared_from_this(), &pipe, step](error_code error) {
      if (!error) (self.get()->*step)(pipe);
    });
  }

  // The same words of the client once more.
  void say_again() {
    wires_.count();
    auto other = std::make_shared<tcp::socket>(wires_.io_);
    auto words = std::make_shared<std::string>(recorded_);
    other->async_connect(wires_.to_, [other, words](error_code error) {
      if (error) return;
      asio::async_write(*other, asio::buffer(*words), [other, words](error_code failed, std::size_t) {
        if (!failed) listen_on(other, std::make_shared<std::array<char, 4'096>>());
      });
    });
  }
  static void listen_on(const std::shared_ptr<tcp::socket>& other,
                        const std::shared_ptr<std::array<char, 4'096>>& into) {
    other->async_read_some(asio::buffer(*into), [other, into](error_code error, std::size_t) {
      if (!error) listen_on(other, into);
    });
  }

  void ended(Pipe& pipe) {
    error_code ignored;
    if (!dead_) return close();
    from(pipe).close(ignored);  // the other end is not told
  }
  void reset() {
    error_code ignored;
    near_.set_option(asio::socket_base::linger(true, 0), ignored);
    far_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }
  void close() {
    error_code ignored;
    near_.close(ignored);
    far_.close(ignored);
    up_.timer.cancel();
    down_.timer.cancel();
  }

  Wires& wires_;
  tcp::socket near_;
  tcp::socket far_;
  Pipe up_;
  Pipe down_;
  bool dead_ = false;
  std::size_t reset_after_ = 0;  // octets of the client; 0: never
  std::string recorded_;         // what the client has said first
};

void Proxy::Wires::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error) return;
    if (fault_ == WireFault::partition) {
      count();
      error_code ignored;
      socket.set_option(asio::socket_base::linger(true, 0), ignored);
      socket.close(ignored);
    } else {
      auto wire = std::make_shared<Wire>(*this, std::move(socket));
      std::erase_if(open_, [](const auto& one) { return one.expired(); });
      open_.push_back(wire);
      wire->start();
    }
    accept();
  });
}

void Proxy::Wires::change(WireFault fault) {
  fault_ = fault;
  for (const auto& one : open_) {
    const auto wire = one.lock();
    if (wire && wire->is_open()) wire->on_fault();
  }
}

Proxy::Proxy(std::uint16_t to, std::uint64_t seed) : wires_(std::make_unique<Wires>(to, seed)) {}
Proxy::~Proxy() = default;
std::uint16_t Proxy::port() const { return wires_->port(); }
void Proxy::set(WireFault fault) { wires_->set(fault); }
std::uint64_t Proxy::fired(WireFault fault) const { return wires_->fired(fault); }
std::uint64_t Proxy::fired() const {
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < wire_faults; ++i) all += fired(static_cast<WireFault>(i));
  return all;
}

}  // namespace lab::procs
