#include "tools/process/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

namespace lab::process {
namespace {

using namespace std::chrono_literals;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::string>& additions) {
  std::vector<std::string> environment = additions;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  return environment;
}

// Between fork and exec only calls that are safe in a copy of a threaded process.
[[noreturn]] void become(int input, int log, char* const* arguments, char* const* environment, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // we came too late to notice
  setpgid(0, 0);                        // Ctrl-C is for the parent, which then stops its children in order
  if (input >= 0) dup2(input, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

Result<Child> Child::start(const Command& command) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = environment_with(command.environment);
  if (access(arguments.front().c_str(), X_OK) != 0) {
    return fail(ErrorCode::not_found, fmt::format("there is no program {}", arguments.front()));
  }
  const int log = open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0)
    return fail(ErrorCode::storage, fmt::format("cannot write {}: {}", command.log.string(), system_text(errno)));
  const int input = command.input.empty() ? -1 : open(command.input.c_str(), O_RDONLY | O_CLOEXEC);
  if (input < 0 && !command.input.empty()) {
    close(log);
    return fail(ErrorCode::storage, fmt::format("cannot read {}: {}", command.input.string(), system_text(errno)));
  }
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(input, log, argument_pointers.data(), environment_pointers.data(), parent);
  if (input >= 0) close(input);
  close(log);
  if (pid < 0) return fail(ErrorCode::unavailable, fmt::format("cannot start a process: {}", system_text(errno)));
  return Child{pid};
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    stop();
    pid_ = std::exchange(other.pid_, -1);
    status_ = other.status_;
  }
  return *this;
}

Child::~Child() { stop(); }

bool Child::is_running() { return pid_ > 0 && !wait(0ms); }

std::optional<int> Child::wait(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (pid_ > 0) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      status_ = status;
    } else if (std::chrono::steady_clock::now() >= until) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(5ms);
    }
  }
  return status_;
}

int Child::stop(std::chrono::milliseconds patience) {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
  if (!wait(patience)) kill();
  return status_.value_or(0);
}

void Child::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  wait(10s);
}

std::filesystem::path program_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace lab::process
