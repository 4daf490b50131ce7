#pragma once
// Who is signed in with a browser. In memory: after a restart of the daemon everybody signs in again.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"

namespace lab::service {

constexpr std::chrono::minutes session_idle_max{30};
constexpr std::chrono::hours session_age_max{12};  // a shift and what comes behind it
constexpr std::size_t sessions_max = 1'000;        // of all people; the one unused longest makes room
constexpr std::size_t sessions_per_person = 16;    // browsers of one person, likewise

/// `now` is any clock that does not jump. From any thread.
class Sessions {
 public:
  struct Opened {
    std::string token;  // for the cookie, kept nowhere; 256 bits
    std::string csrf;
  };
  struct Found {
    model::PersonId person;
    std::string csrf;
    Hash key;  // names the session without opening it
  };
  /// Whether a request was made by a person or by the page itself, which does not keep a session awake.
  enum class Use : std::uint8_t { by_person, by_page };

  Opened open(const model::PersonId& person, UtcTime now);
  /// Nothing when there is no such session, or no longer.
  std::optional<Found> find(std::string_view token, Use use, UtcTime now);
  /// Whether a session goes on; looking does not keep it awake.
  [[nodiscard]] bool goes_on(const Hash& key, UtcTime now) const;
  void close(const Hash& key);
  /// All of a person but one, which may be none.
  void close_all_of(const model::PersonId& person, const Hash& but = {});

 private:
  struct Session {
    model::PersonId person;
    std::string csrf;
    UtcTime opened;
    UtcTime used;
    [[nodiscard]] bool goes_on(UtcTime now) const;
  };
  void make_room(const model::PersonId& person, UtcTime now);

  mutable std::mutex mutex_;
  std::map<Hash, Session> sessions_;  // by the token's hash
};

}  // namespace lab::service
