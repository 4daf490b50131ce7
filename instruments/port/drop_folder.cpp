#include "instruments/port/drop_folder.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "instruments/port/open_writer.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::port {

namespace fs = std::filesystem;
namespace asio = boost::asio;

namespace {

struct Sighting {
  std::uintmax_t size = 0;
  fs::file_time_type time;
  UtcTime since{};       // monotonic: unchanged from here on
  bool settled = false;  // delivered, known, or refused: nothing to do until it changes
  bool told = false;     // why it cannot be read yet
};

bool is_left_alone(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name.starts_with('.') || name.starts_with("~$") || name.ends_with(".tmp") || name.ends_with(".part")) return true;
  return name == "thumbs.db" || name == "desktop.ini";
}

std::optional<Bytes> read_file(const fs::path& path, std::uintmax_t size) {
  std::ifstream file{path, std::ios::binary};
  Bytes bytes(static_cast<std::size_t>(size), '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return std::nullopt;
  return bytes;
}

}  // namespace

struct DropFolder::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, Options given, OnCapture capture, OnTrouble trouble)
      : timer(io), options(std::move(given)), on_capture(std::move(capture)), on_trouble(std::move(trouble)) {}

  void schedule() {
    if (closed) return;
    timer.expires_after(options.poll);
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error || self->closed) return;
      self->scan();
      self->schedule();
    });
  }

  void scan() {
    std::error_code error;
    std::set<std::string> present;
    fs::directory_iterator entries{options.folder, error};
    if (error) return complain(fmt::format("不能读取文件夹 {}：{}", options.folder, error.message()));
    complaint.clear();
    octets_left = octets_per_scan_max;
    for (; !error && entries != fs::directory_iterator{}; entries.increment(error)) {
      const std::string name = entries->path().filename().string();
      std::error_code gone;
      if (is_left_alone(name) || !entries->is_regular_file(gone)) continue;
      present.insert(name);
      look_at(*entries, name);
    }
    std::erase_if(sightings, [&](const auto& sighting) { return !present.contains(sighting.first); });
  }

  void look_at(const fs::directory_entry& entry, const std::string& name) {
    std::error_code error;
    const auto size = entry.file_size(error);
    const auto time = error ? fs::file_time_type{} : entry.last_write_time(error);
    if (error) return;  // it vanished, or is locked: the next scan will tell
    const UtcTime now = monotonic_clock();
    const auto [found, fresh] = sightings.try_emplace(name, Sighting{.size = size, .time = time, .since = now});
    Sighting& sighting = found->second;
    if (!fresh && (sighting.size != size || sighting.time != time)) {
      sighting = Sighting{.size = size, .time = time, .since = now};
    }
    if (in_flight || octets_left == 0 || sighting.settled || now - sighting.since < options.stable_for) return;
    take(entry.path(), name, sighting);
  }

  void take(const fs::path& path, const std::string& name, Sighting& sighting) {
    if (sighting.size == 0) {
      sighting.settled = true;
      return on_trouble(
          options.port_name,
          fmt::format("{} 是空文件，没有读取；请检查仪器软件的导出，写入内容后会自动读取", path.string()));
    }
    if (sighting.size > file_octets_max) {
      sighting.settled = true;
      return on_trouble(options.port_name, fmt::format("{} 超过 {} MB，没有读取；请分成几个文件导出", path.string(),
                                                       file_octets_max >> 20));
    }
    if (writer_of(path.string()) == Writer::open) {
      if (monotonic_clock() - sighting.since < options.tell_open_after) return;
      return tell_once(sighting,
                       fmt::format("{} 还被另一个程序打开着，没有读取；请在仪器软件里关闭或完成导出", path.string()));
    }
    auto bytes = read_file(path, sighting.size);
    octets_left -= std::min<std::size_t>(octets_left, sighting.size);
    if (!bytes || has_changed(path, sighting)) {
      sighting.since = monotonic_clock();
      return tell_once(sighting, fmt::format("{} 暂时不能读取，稍后再试", path.string()));
    }
    sighting.settled = true;
    const Hash hash = crypto::sha256(*bytes);
    if (known.contains(hash)) return;
    if (options.is_known && options.is_known(hash)) return remember(hash);
    in_flight = true;
    Capture capture{options.port_name + "/" + name, options.instrument, *std::move(bytes), wall_clock()};
    on_capture(std::move(capture), [weak = weak_from_this(), name, hash](bool stored) {
      if (const auto self = weak.lock()) self->finish(name, hash, stored);
    });
  }

  // Written to while it was read.
  static bool has_changed(const fs::path& path, const Sighting& sighting) {
    std::error_code error;
    const bool same_size = fs::file_size(path, error) == sighting.size && !error;
    return !same_size || fs::last_write_time(path, error) != sighting.time || error;
  }

  void finish(const std::string& name, const Hash& hash, bool stored) {
    in_flight = false;
    if (stored) return remember(hash);
    const auto found = sightings.find(name);
    if (found == sightings.end()) return;
    found->second.settled = false;
    found->second.since = monotonic_clock() + (options.retry_after - options.stable_for);
  }

  void remember(const Hash& hash) {
    if (!known.insert(hash).second) return;
    order.push_back(hash);
    if (order.size() <= remembered_max) return;
    known.erase(order.front());
    order.pop_front();
  }

  void tell_once(Sighting& sighting, const std::string& what) const {
    if (!std::exchange(sighting.told, true)) on_trouble(options.port_name, what);
  }

  // Once, not at every scan.
  void complain(const std::string& what) {
    if (std::exchange(complaint, what) != what) on_trouble(options.port_name, what);
  }

  asio::steady_timer timer;
  Options options;
  OnCapture on_capture;
  OnTrouble on_trouble;
  std::map<std::string, Sighting> sightings;
  std::set<Hash> known;
  std::deque<Hash> order;
  std::string complaint;
  std::size_t octets_left = octets_per_scan_max;
  bool in_flight = false;
  bool closed = false;
};

Result<std::unique_ptr<DropFolder>> DropFolder::open(asio::io_context& io, Options options, OnCapture on_capture,
                                                     OnTrouble on_trouble) {
  std::error_code error;
  if (!fs::is_directory(options.folder, error)) {
    return fail(ErrorCode::not_found, "仪器文件夹不存在；请建立它，或改正路径", options.folder);
  }
  auto impl = std::make_shared<Impl>(io, std::move(options), std::move(on_capture), std::move(on_trouble));
  impl->schedule();
  return std::unique_ptr<DropFolder>{new DropFolder{std::move(impl)}};
}

DropFolder::DropFolder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

DropFolder::~DropFolder() {
  impl_->closed = true;
  impl_->timer.cancel();
}

}  // namespace lab::port
