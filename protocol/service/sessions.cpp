#include "protocol/service/sessions.hpp"

#include <algorithm>

#include "protocol/crypto/crypto.hpp"

namespace lab::service {
namespace {

constexpr std::size_t secret_octets = 32;

}  // namespace

bool Sessions::Session::goes_on(UtcTime now) const {
  return now - used < session_idle_max && now - opened < session_age_max;
}

// Precondition: the lock is held.
void Sessions::make_room(const model::PersonId& person, UtcTime now) {
  std::erase_if(sessions_, [&](const auto& entry) { return !entry.second.goes_on(now); });
  const auto remove_oldest = [&](bool of_person) {
    auto oldest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
      if (of_person && at->second.person != person) continue;
      if (oldest == sessions_.end() || at->second.used < oldest->second.used) oldest = at;
    }
    if (oldest != sessions_.end()) sessions_.erase(oldest);
  };
  const auto own = std::ranges::count_if(sessions_, [&](const auto& entry) { return entry.second.person == person; });
  if (static_cast<std::size_t>(own) >= sessions_per_person) remove_oldest(true);
  if (sessions_.size() >= sessions_max) remove_oldest(false);
}

Sessions::Opened Sessions::open(const model::PersonId& person, UtcTime now) {
  Opened opened{.token = to_hex(crypto::random_bytes(secret_octets)),
                .csrf = to_hex(crypto::random_bytes(secret_octets))};
  const std::lock_guard lock{mutex_};
  make_room(person, now);
  sessions_.emplace(crypto::sha256(opened.token),
                    Session{.person = person, .csrf = opened.csrf, .opened = now, .used = now});
  return opened;
}

std::optional<Sessions::Found> Sessions::find(std::string_view token, Use use, UtcTime now) {
  const Hash key = crypto::sha256(token);
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return std::nullopt;
  if (!found->second.goes_on(now)) {
    sessions_.erase(found);
    return std::nullopt;
  }
  if (use == Use::by_person) found->second.used = now;
  return Found{.person = found->second.person, .csrf = found->second.csrf, .key = key};
}

bool Sessions::goes_on(const Hash& key, UtcTime now) const {
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(key);
  return found != sessions_.end() && found->second.goes_on(now);
}

void Sessions::close(const Hash& key) {
  const std::lock_guard lock{mutex_};
  sessions_.erase(key);
}

void Sessions::close_all_of(const model::PersonId& person, const Hash& but) {
  const std::lock_guard lock{mutex_};
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.person == person && entry.first != but; });
}

}  // namespace lab::service
