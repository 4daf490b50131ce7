#include "instruments/label/program/sandbox.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <vector>

namespace lab::label {
namespace {

bool is_denied(long result) { return result < 0 && errno == EPERM; }

/// In the sandbox, in a process that ends here: 0 when everything dangerous fails and memory still works.
[[noreturn]] void probe_system_calls() {
  limit_resources();
  if (!deny_system_calls()) _exit(9);
  if (!is_denied(socket(AF_INET, SOCK_STREAM, 0))) _exit(1);
  if (!is_denied(open("/etc/passwd", O_RDONLY))) _exit(2);
  if (!is_denied(fork())) _exit(3);
  if (!is_denied(kill(getppid(), 0)) && !is_denied(kill(1, 0))) _exit(4);
  std::vector<char> memory(50'000'000, 'x');
  _exit(memory.back() == 'x' ? 0 : 5);
}

[[noreturn]] void use_a_closed_descriptor() {
  const int secret = dup(STDERR_FILENO);
  limit_resources();
  _exit(write(secret, "x", 1) < 0 && errno == EBADF ? 0 : 1);
}

[[noreturn]] void burn_cpu_time() {
  allow_cpu_time(0);
  volatile unsigned long turns = 0;
  while (true) turns = turns + 1;
}

TEST(Sandbox, OnlyComputingAndMemoryAreLeft) { EXPECT_EXIT(probe_system_calls(), testing::ExitedWithCode(0), ""); }

TEST(Sandbox, DescriptorsOfTheDaemonAreClosed) {
  EXPECT_EXIT(use_a_closed_descriptor(), testing::ExitedWithCode(0), "");
}

TEST(Sandbox, ARunawayDecoderIsEndedByTheSystem) { EXPECT_EXIT(burn_cpu_time(), testing::KilledBySignal(SIGXCPU), ""); }

}  // namespace
}  // namespace lab::label
