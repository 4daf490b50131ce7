#include "tests/bench/labels/in_child.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cstdlib>

namespace lab::bench {
namespace {

[[noreturn]] void work_and_exit(int out, const std::function<std::string()>& work, unsigned seconds) {
  const rlimit limit{.rlim_cur = seconds, .rlim_max = seconds};
  setrlimit(RLIMIT_CPU, &limit);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);  // what an assertion says before it aborts
  ::dup2(nowhere, STDERR_FILENO);
  const std::string result = work();
  for (std::size_t sent = 0; sent < result.size();) {
    const auto count = ::write(out, result.data() + sent, result.size() - sent);
    if (count <= 0) _exit(EXIT_FAILURE);
    sent += static_cast<std::size_t>(count);
  }
  _exit(EXIT_SUCCESS);
}

}  // namespace

std::optional<std::string> in_child(const std::function<std::string()>& work, unsigned seconds) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const pid_t child = ::fork();
  if (child == 0) work_and_exit(ends[1], work, seconds);
  ::close(ends[1]);
  std::string result;
  std::array<char, 65'536> piece{};
  for (ssize_t got = 0; (got = ::read(ends[0], piece.data(), piece.size())) > 0;) {
    result.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS) return std::nullopt;
  return result;
}

}  // namespace lab::bench
