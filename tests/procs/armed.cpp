#include "tests/procs/armed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>
#include <thread>

namespace lab::procs {

namespace fs = std::filesystem;

std::vector<std::string> failpoint_modes() {
  const char* text = std::getenv("QLIMS_FAILPOINT_MODES");
  std::vector<std::string> modes;
  for (std::string_view left = text == nullptr ? "crash" : text; !left.empty();) {
    modes.emplace_back(left.substr(0, left.find(',')));
    left.remove_prefix(std::min(left.size(), modes.back().size() + 1));
  }
  return modes;
}

std::uintmax_t size_of(const fs::path& log) {
  std::error_code none_yet;
  const auto size = fs::file_size(log, none_yet);
  return none_yet ? 0 : size;
}

bool has_acted(const fs::path& log, std::uintmax_t from, const std::string& point) {
  std::ifstream in(log, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(from));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.find("failpoint " + point + ":") != std::string::npos;
}

Armed::Armed(World& world, int member, std::vector<std::string> points, const std::string& mode)
    : world_(world), member_(member), points_(std::move(points)), from_(size_of(world.log(member))) {
  std::string text;
  for (const auto& point : points_) text += fmt::format("{}={};", point, mode);
  world_.kill(member_);
  world_.launch(member_, text);
}

bool Armed::has_acted() const {
  return std::all_of(points_.begin(), points_.end(), [this](const auto& point) { return has_acted(point); });
}

bool Armed::wait(std::chrono::seconds patience) const {
  const auto end = Clock::now() + patience;
  while (!has_acted()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  // A process that dies of it is given the time to; one that sleeps goes on.
  for (int i = 0; i < 50 && world_.is_running(member_); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return true;
}

void Armed::disarm() {
  world_.kill(member_);
  world_.start(member_);
}

void Tally::note(bool has_acted, const std::string& point, const std::string& mode) {
  (has_acted ? acted : silent).push_back(fmt::format("{}={}", point, mode));
}

}  // namespace lab::procs
