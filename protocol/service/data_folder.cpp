#include "protocol/service/data_folder.hpp"

#include <sys/stat.h>

#include <csignal>

#include "protocol/crypto/crypto.hpp"

namespace lab::service {

Result<void> prepare(const std::filesystem::path& data_folder) {
  ::umask(0077);
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  crypto::start();
  std::error_code error;
  std::filesystem::create_directories(data_folder, error);
  if (!error) return {};
  return fail(ErrorCode::storage, "cannot create the data folder: " + error.message(), data_folder.string());
}

}  // namespace lab::service
