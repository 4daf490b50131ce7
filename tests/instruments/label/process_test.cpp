#include "instruments/label/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace lab::label {
namespace {

// Everything the child says before it closes its end.
Bytes said_by(Process& process) {
  Bytes said;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (process.receive(1, said, deadline) == Transfer::done) continue;
  return said;
}

TEST(Process, GetsNothingOfWhatTheDaemonHasOpen) {
  // Not marked to be closed, like the sockets of some libraries; a number that the shell does not use itself.
  const int open = ::fcntl(STDIN_FILENO, F_DUPFD, 50);
  ASSERT_GE(open, 50);
  auto shell = Process::start({"/bin/sh", "-c", "for n in /proc/$$/fd/*; do echo \"${n##*/}\" >&0; done"});
  ::close(open);
  ASSERT_TRUE(shell) << to_text(shell.error());
  const Bytes descriptors = said_by(*shell);
  EXPECT_EQ(descriptors.substr(0, 6), "0\n1\n2\n");
  EXPECT_EQ(descriptors.find("\n" + std::to_string(open) + "\n"), Bytes::npos) << descriptors;
}

}  // namespace
}  // namespace lab::label
