#pragma once
// Runs code in a child process: what it does to itself (signals, limits, open files) stays there.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace lab::journal {

/// The child's exit code, or minus the signal that ended it. Its error output is thrown away: it may abort by design.
inline int run_in_child(const std::function<int()>& work) {
  constexpr unsigned patience_seconds = 30;  // a damaged tree may also make a reader run in circles
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(patience_seconds);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDERR_FILENO);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace lab::journal
