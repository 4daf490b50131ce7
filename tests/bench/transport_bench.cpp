// Round trips per second over CURVE between one client and a server in this process, alone and with a window of frames.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "protocol/transport/client.hpp"
#include "protocol/transport/server.hpp"

namespace {

using namespace lab;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 5;
constexpr std::size_t frame_bytes = 2000;

/// Counts answers; the measuring thread waits for them.
class Answers {
 public:
  void add(std::size_t count) {
    const std::lock_guard lock(mutex_);
    count_ += count;
    changed_.notify_one();
  }
  std::size_t wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ > 0; });
    return std::exchange(count_, 0);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

double round_trips_per_second(transport::Client& client, Answers& answers, std::size_t window, std::size_t total) {
  const Bytes frame(frame_bytes, 'x');
  const auto begun = Clock::now();
  client.send(std::vector<Bytes>(window, frame));
  std::size_t sent = window;
  for (std::size_t answered = 0; answered < total;) {
    const std::size_t more = answers.wait();
    answered += more;
    const std::size_t next = std::min(more, total - std::min(sent, total));
    if (next > 0) client.send(std::vector<Bytes>(next, frame));
    sent += next;
  }
  return static_cast<double>(total) / std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

int main() {
  const auto server_keys = transport::make_curve_keys();
  const auto client_keys = transport::make_curve_keys();
  std::atomic<transport::Server*> echo = nullptr;
  auto server = transport::Server::start({.endpoint = "tcp://127.0.0.1:*",
                                          .enrol_endpoint = "",
                                          .keys = server_keys,
                                          .on_packets = [&](auto packets) { echo.load()->send(std::move(packets)); },
                                          .on_enrol_packets = {}});
  if (!server) return 1;
  echo = server->get();
  (*server)->allow(client_keys.public_key);
  Answers answers;
  Answers linked;
  auto client = transport::Client::start({.endpoint = (*server)->endpoint(),
                                          .server_key = server_keys.public_key,
                                          .keys = client_keys,
                                          .on_frames = [&](auto frames) { answers.add(frames.size()); },
                                          .on_link = [&](bool up) { linked.add(up ? 1 : 0); }});
  if (!client) return 1;
  linked.wait();
  constexpr std::array<std::pair<std::size_t, std::size_t>, 3> cases = {{{1, 3000}, {16, 20000}, {64, 20000}}};
  std::array<std::vector<double>, cases.size()> rates;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      rates[i].push_back(round_trips_per_second(**client, answers, cases[i].first, cases[i].second));
    }
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::ranges::sort(rates[i]);
    fmt::print("transport: 1 client, CURVE, {} B, window {:>2}: {:>6.0f} round trips/s (min {:.0f}, max {:.0f})\n",
               frame_bytes, cases[i].first, rates[i][rounds / 2], rates[i].front(), rates[i].back());
  }
  client->reset();
  server->reset();
}
