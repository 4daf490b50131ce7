#pragma once
// What happens, told to every page that listens: server-sent events (HTML standard, section 9.2) over one stream per
// browser. An event says that something has changed and what, never how; the page asks the interface again.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/time.hpp"
#include "protocol/http/message.hpp"
#include "protocol/model/ids.hpp"

namespace lab::service {

constexpr std::size_t live_events_max = 1'024;          // kept for readers that come back: minutes of a busy day
constexpr std::size_t live_octets_max = 128 << 10;      // of them; half of what may wait for one reader
constexpr std::chrono::seconds live_quiet_max{15};      // then a comment keeps proxies from closing the line
constexpr std::size_t live_readers_max = 48;            // below the connections of one address: requests get the rest
constexpr std::size_t live_readers_per_person = 12;     // ten tabs of an old browser without a shared stream
constexpr std::chrono::milliseconds live_retry{1'000};  // how soon a browser calls again after an interruption

/// From any thread; nothing here waits.
class Live {
 public:
  /// `first` is beyond every number an earlier run of the program has given: the time of day in milliseconds.
  explicit Live(std::uint64_t first) : last_(first) {}

  /// Tells everybody. `data` is one line of JSON. To be called when what it is about is durable.
  void tell(std::string_view kind, std::string_view data);

  /// The answer to a page that wants to listen, from now on, or from behind the event it had last (Last-Event-ID, or
  /// `after` in the query). An event `open` comes first; `reset` instead, when the events in between are no longer
  /// known: the page loads again. The stream ends when `goes_on` says no. 503 too_many_streams.
  http::Response listen(const http::Request& request, const model::PersonId& person, std::function<bool()> goes_on,
                        UtcTime now);

  /// Keeps quiet lines open and ends the streams of those who were signed out. To be called about once a second.
  void tick(UtcTime now);

  [[nodiscard]] std::size_t readers() const;

 private:
  struct Event {
    std::uint64_t id;
    std::string text;  // as it goes on the wire
  };
  struct Reader {
    std::shared_ptr<http::Channel> channel;
    model::PersonId person;
    std::function<bool()> goes_on;
    UtcTime heard;  // when something was last pushed
  };
  void add(Reader reader, const std::string& after);
  [[nodiscard]] std::string missed_since(const std::string& after) const;

  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t last_;
  std::deque<Event> events_;
  std::size_t octets_ = 0;
  std::vector<Reader> readers_;
};

}  // namespace lab::service
