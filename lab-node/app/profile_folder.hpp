#pragma once
// Profiles of instruments that this laboratory has written itself: *.json in a folder, read at the start and again when
// they change.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "instruments/profiles/library.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/view.hpp"

namespace boost::asio {
class io_context;
}

namespace lab::node::app {

/// The built-in profiles and those of the folder, in the order of their names; one of the folder replaces a built-in
/// one of its name. An empty path is no folder. Malformed, with file and field, when one cannot be used: a node that
/// started without it would read its instrument's files differently.
Result<profiles::Library> load_profiles(const std::filesystem::path& folder);

/// The profiles that the store has kept become earlier ones of the library.
void add_kept_profiles(const journal::View& store, profiles::Library& library);

/// What is read by, from any thread, while it is replaced. What a reader has been given stays as long as this does; a
/// person edits profiles seldom.
class ProfilesInUse {
 public:
  explicit ProfilesInUse(profiles::Library library);
  [[nodiscard]] const profiles::Library& now() const { return *now_.load(); }
  [[nodiscard]] std::function<const profiles::Library&()> reader() const {
    return [this]() -> const profiles::Library& { return now(); };
  }
  /// Those of before become earlier ones. On one thread.
  void use(profiles::Library next);

 private:
  std::vector<std::unique_ptr<const profiles::Library>> all_;
  std::atomic<const profiles::Library*> now_;
};

/// Looks at the folder while the program runs. Changed profiles are taken, all of them or none, once they have rested
/// for a turn and are kept; while one of them cannot be used, or the folder has none any more, the ones before stay in
/// use, and why is told. On the loop's thread.
class ProfileWatch {
 public:
  struct Options {
    std::filesystem::path folder;  // empty: there is nothing to look at
    Milliseconds look_every{2000};
    /// Keeps profiles in the store: those in use, and new ones before they are. `after` is called once on the loop's
    /// thread, and told whether they are safe. False: not now, later, and `after` is not called.
    std::function<bool(const profiles::Library&, std::function<void(bool stored)> after)> keep;
    std::function<void(const std::string& what)> on_trouble;
  };

  /// `in_use` was loaded from the folder, which may have changed since, and outlives this.
  ProfileWatch(boost::asio::io_context& io, Options options, ProfilesInUse& in_use);
  ~ProfileWatch();
  ProfileWatch(const ProfileWatch&) = delete;
  ProfileWatch& operator=(const ProfileWatch&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lab::node::app
