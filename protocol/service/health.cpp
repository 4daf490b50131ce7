#include "protocol/service/health.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "protocol/journal/room.hpp"

namespace lab::service {

nlohmann::json clock_skew(Milliseconds ahead) {
  if (ahead == Milliseconds{0}) return nullptr;
  return {{"direction", ahead > Milliseconds{0} ? "ahead" : "behind"},
          {"seconds", std::chrono::floor<std::chrono::seconds>(std::chrono::abs(ahead)).count()}};
}

nlohmann::json to_json(const journal::StoreFigures& figures) {
  return {{"commits", figures.commits},
          {"bytes_used", figures.bytes_used},
          {"bytes_max", figures.bytes_max},
          {"disk_free_bytes", figures.disk_free_bytes},
          {"room", journal::name_of(journal::room_of(figures))}};
}

}  // namespace lab::service
