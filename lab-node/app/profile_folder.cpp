#include "lab-node/app/profile_folder.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "lab-node/tables/profiles.hpp"
#include "protocol/base/log.hpp"
#include "protocol/service/secret_file.hpp"

namespace lab::node::app {
namespace {

namespace fs = std::filesystem;

Result<void> add_file(const fs::path& file, profiles::Library& library) {
  const auto text = service::read_file(file);
  if (!text) return fail(ErrorCode::not_found, "the profile cannot be read; check its rights", file.string());
  auto added = library.add(*text);
  if (!added) return fail(added.error().code, added.error().message, file.string() + ": " + added.error().where);
  return {};
}

// What tells that a file of the folder is another one. A folder that cannot be read has none, like one whose disk is
// not mounted.
using Look = std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>>;

Look look_at(const fs::path& folder) {
  Look look;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".json") continue;
    std::error_code gone;
    const auto size = entry->file_size(gone);
    const auto time = entry->last_write_time(gone);
    if (!gone) look[entry->path().filename().string()] = {size, time};
  }
  return look;
}

bool has_the_same(const profiles::Library& one, const profiles::Library& other) {
  return std::ranges::equal(one.all(), other.all(), {}, &profiles::Profile::json, &profiles::Profile::json);
}

}  // namespace

Result<profiles::Library> load_profiles(const fs::path& folder) {
  profiles::Library library = profiles::built_in();
  if (folder.empty()) return library;
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  if (error) return fail(ErrorCode::not_found, "the folder of profiles cannot be read", folder.string());
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    if (auto added = add_file(file, library); !added) return fail(std::move(added));
  }
  return library;
}

void add_kept_profiles(const journal::View& store, profiles::Library& library) {
  tables::scan_profiles(store, [&](std::string_view json) {
    // One that a former program could read may use words that this one has not any more: its results stay as they are.
    if (auto added = library.add_earlier(json); !added) log::warning("a kept profile: {}", to_text(added.error()));
    return true;
  });
}

ProfilesInUse::ProfilesInUse(profiles::Library library) : now_(nullptr) {
  all_.push_back(std::make_unique<const profiles::Library>(std::move(library)));
  now_ = all_.back().get();
}

void ProfilesInUse::use(profiles::Library next) {
  next.add_earlier(now());
  all_.push_back(std::make_unique<const profiles::Library>(std::move(next)));
  now_ = all_.back().get();
}

struct ProfileWatch::Impl : std::enable_shared_from_this<Impl> {
  Impl(boost::asio::io_context& io, Options given, ProfilesInUse& shared)
      : timer(io), options(std::move(given)), in_use(shared) {}

  void schedule() {
    timer.expires_after(options.look_every);
    timer.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      if (cancelled || self->closed) return;
      self->look();
      self->schedule();
    });
  }

  void keep_those_in_use() {
    options.keep(in_use.now(), [self = shared_from_this()](bool stored) { self->is_kept = stored; });
  }

  void look() {
    Look now = look_at(options.folder);
    const bool rests = now == seen;
    seen = std::move(now);
    if (!rests || seen == used || is_keeping) return;
    if (seen.empty()) {
      used = seen;
      return options.on_trouble(
          fmt::format("格式文件夹 {} 里已没有格式文件，可能没有挂载，仍按原来的格式读取；确要停用这些格式，请重新启动",
                      options.folder.string()));
    }
    auto loaded = load_profiles(options.folder);
    if (!loaded) {
      used = seen;  // told once; the next change is looked at again
      return options.on_trouble(fmt::format("格式文件有误，仍按原来的格式读取：{}", to_text(loaded.error())));
    }
    if (is_kept && has_the_same(*loaded, in_use.now())) {
      used = seen;
      return;
    }
    const auto next = std::make_shared<const profiles::Library>(*std::move(loaded));
    is_keeping = true;
    const bool taken = options.keep(*next, [self = shared_from_this(), next, read = seen](bool stored) {
      self->is_keeping = false;
      if (stored && !self->closed) self->use(*next, read);
    });
    if (!taken) is_keeping = false;
  }

  void use(const profiles::Library& next, const Look& read) {
    is_kept = true;
    used = read;
    in_use.use(next);
    log::info("{} profiles are in use", next.all().size());
  }

  boost::asio::steady_timer timer;
  Options options;
  ProfilesInUse& in_use;
  Look used;                // when the profiles in use were read, or found faulty; none: before this looked
  Look seen;                // the turn before
  bool is_kept = false;     // the profiles in use
  bool is_keeping = false;  // others, which are used once they are safe
  bool closed = false;
};

ProfileWatch::ProfileWatch(boost::asio::io_context& io, Options options, ProfilesInUse& in_use)
    : impl_(std::make_shared<Impl>(io, std::move(options), in_use)) {
  impl_->keep_those_in_use();
  if (!impl_->options.folder.empty()) impl_->schedule();
}

ProfileWatch::~ProfileWatch() {
  impl_->closed = true;
  impl_->timer.cancel();
}

}  // namespace lab::node::app
