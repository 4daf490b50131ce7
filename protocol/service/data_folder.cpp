#include "protocol/service/data_folder.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>

#include "protocol/crypto/crypto.hpp"

namespace lab::service {
namespace {

// The limit alone does not keep a core from a program that the system pipes it to, and lets other processes of this
// user read the memory of this one.
bool keep_memory_private() {
  constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
  return ::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0;
}

}  // namespace

Result<void> prepare(const std::filesystem::path& data_folder) {
  ::umask(0077);
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  if (!keep_memory_private()) {
    return fail(ErrorCode::unavailable, "the keys in memory cannot be kept out of core dumps: " + system_text(errno));
  }
  crypto::start();
  std::error_code error;
  std::filesystem::create_directories(data_folder, error);
  if (!error) return {};
  return fail(ErrorCode::storage, "cannot create the data folder: " + error.message(), data_folder.string());
}

}  // namespace lab::service
