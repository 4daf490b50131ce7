#pragma once
// Strangers who mean harm: connections to the nodes' port that never finish their handshake, HTTP requests that never
// end, and words of greeting that are wrong, as many as possible.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace lab::procs {

struct FloodTarget {
  std::uint16_t link_port = 0;
  std::uint16_t http_port = 0;
  std::string server_key;  // CURVE, Z85
};

struct FloodCounts {
  std::uint64_t silent = 0;      // connections held open without a word or with half a greeting: most at once
  std::uint64_t half_done = 0;   // CURVE handshakes held open behind a right HELLO: most at once
  std::uint64_t slow = 0;        // HTTP connections held open: most at once
  std::uint64_t reopened = 0;    // of all these: closed by the other side and opened again
  std::uint64_t bad_hellos = 0;  // CURVE HELLOs that cannot be opened, each in a connection of its own
  std::uint64_t bad_words = 0;   // frames of an enrolled node: HELLO with nonsense in it, or no message at all
};

/// Threads of its own, until it goes. Throws std::runtime_error.
class Flood {
 public:
  struct Wanted {
    std::size_t silent = 500;
    std::size_t half_done = 500;
    std::size_t slow = 200;
    double bad_words_per_second = 10'000;
  };
  /// `ticket` enrols a node of the attacker's.
  Flood(FloodTarget target, const Wanted& wanted, const std::string& ticket);
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// Ends it.
  FloodCounts stop();

 private:
  class Holder;
  class Liar;
  void say_bad_hellos(const std::stop_token& stop);

  FloodTarget target_;
  std::atomic<std::uint64_t> bad_hellos_ = 0;
  std::vector<std::unique_ptr<Holder>> holders_;
  std::unique_ptr<Liar> liar_;
  std::jthread shouter_;
};

}  // namespace lab::procs
