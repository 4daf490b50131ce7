#include "protocol/service/live.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "protocol/base/check.hpp"

namespace lab::service {
namespace {

std::string event_text(std::uint64_t id, std::string_view kind, std::string_view data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, kind, data);
}

// The event a page had last; empty when it begins.
std::string position_in(const http::Request& request) {
  const auto header = request.headers.find("last-event-id");
  if (header != request.headers.end()) return header->second;
  const auto query = request.query.find("after");
  return query != request.query.end() ? query->second : std::string{};
}

}  // namespace

void Live::tell(std::string_view kind, std::string_view data) {
  LAB_CHECK(kind.find_first_of("\r\n") == std::string_view::npos &&
            data.find_first_of("\r\n") == std::string_view::npos);
  const std::lock_guard lock{mutex_};
  const Event& event = events_.emplace_back(Event{.id = ++last_, .text = event_text(last_, kind, data)});
  octets_ += event.text.size();
  std::erase_if(readers_, [&](const Reader& reader) { return !reader.channel->push(event.text); });
  while (events_.size() > live_events_max || octets_ > live_octets_max) {
    octets_ -= events_.front().text.size();
    events_.pop_front();
  }
}

// Precondition: the lock is held.
std::string Live::missed_since(const std::string& after) const {
  if (after.empty()) return event_text(last_, "open", "{}");
  std::uint64_t had = 0;
  const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), had);
  const bool is_number = error == std::errc{} && end == after.data() + after.size();
  const std::uint64_t oldest = events_.empty() ? last_ + 1 : events_.front().id;
  if (!is_number || had > last_ || had + 1 < oldest) return event_text(last_, "reset", "{}");
  std::string missed;
  for (const Event& event : events_) {
    if (event.id > had) missed += event.text;
  }
  // The position is said again, so that a page that missed nothing knows it is up to date.
  return missed + event_text(last_, "open", "{}");
}

void Live::add(Reader reader, const std::string& after) {
  const std::lock_guard lock{mutex_};
  const std::string first = fmt::format("retry: {}\n\n", live_retry.count()) + missed_since(after);
  if (reader.channel->push(first)) readers_.push_back(std::move(reader));
}

http::Response Live::listen(const http::Request& request, const model::PersonId& person, std::function<bool()> goes_on,
                            UtcTime now) {
  {
    const std::lock_guard lock{mutex_};
    // A page that was loaded again has left its old stream behind.
    std::erase_if(readers_, [](const Reader& reader) { return !reader.channel->is_open(); });
    const auto own = std::ranges::count(readers_, person, &Reader::person);
    if (readers_.size() >= live_readers_max || static_cast<std::size_t>(own) >= live_readers_per_person) {
      return http::problem(503, "too_many_streams", "打开的页面过多，请关闭一些后刷新");
    }
  }
  http::Response response{.content_type = "text/event-stream",
                          .headers = {{"cache-control", "no-cache"}, {"x-accel-buffering", "no"}}};
  response.opened = [this, person, goes_on = std::move(goes_on), now,
                     after = position_in(request)](const std::shared_ptr<http::Channel>& channel) {
    add({.channel = channel, .person = person, .goes_on = goes_on, .heard = now}, after);
  };
  return response;
}

void Live::tick(UtcTime now) {
  const std::lock_guard lock{mutex_};
  std::erase_if(readers_, [&](Reader& reader) {
    if (!reader.goes_on()) {
      reader.channel->close();
      return true;
    }
    if (!reader.channel->is_open()) return true;
    if (now - reader.heard < live_quiet_max) return false;
    reader.heard = now;
    return !reader.channel->push(": \n\n");
  });
}

std::size_t Live::readers() const {
  const std::lock_guard lock{mutex_};
  return readers_.size();
}

}  // namespace lab::service
