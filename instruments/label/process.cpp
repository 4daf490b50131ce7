#include "instruments/label/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace lab::label {
namespace {

// Nothing of the daemon's environment goes in: it may hold secrets. OpenCV's own limits stand behind check_image.
constexpr std::array environment{"LC_ALL=C.UTF-8", "OPENCV_IO_MAX_IMAGE_PIXELS=67108864",
                                 "OPENCV_IO_MAX_IMAGE_WIDTH=16384", "OPENCV_IO_MAX_IMAGE_HEIGHT=16384"};

/// posix_spawn wants arrays of pointers to non-const characters, and does not change them.
template <class Range>
std::vector<char*> pointers(const Range& texts) {
  std::vector<char*> out;
  out.reserve(std::size(texts) + 1);
  for (const auto& text : texts) out.push_back(const_cast<char*>(std::string_view{text}.data()));
  out.push_back(nullptr);
  return out;
}

struct SpawnPlan {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};

  explicit SpawnPlan(int child_socket) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, child_socket, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // Not every library marks its sockets. A worker that still loads its own would hold the ports of a daemon that has
    // been killed, and keep it from starting again.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes);
    // The daemon's signal mask and ignored signals are not the worker's.
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
};

/// Waits until the socket is ready for `events`; `done` then.
Transfer wait_for(int socket, short events, Process::Deadline deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return Transfer::timed_out;
    pollfd entry{.fd = socket, .events = events, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return Transfer::done;
    if (ready < 0 && errno != EINTR) return Transfer::closed;
  }
}

bool would_block(ssize_t moved) { return moved < 0 && (errno == EAGAIN || errno == EINTR); }

}  // namespace

Result<Process> Process::start(const std::vector<std::string>& command) {
  std::array<int, 2> ends{-1, -1};
  const auto failed = [&](int error) {
    return fail(ErrorCode::unavailable, fmt::format("the program cannot be started: {}", system_text(error)),
                command.front());
  };
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed(errno);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const SpawnPlan plan{ends[1]};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, command.front().c_str(), &plan.actions, &plan.attributes,
                                pointers(command).data(), pointers(environment).data());
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return failed(error);
  }
  return Process{pid, ends[0]};
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)), status_(other.status_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  socket_ = std::exchange(other.socket_, -1);
  status_ = other.status_;
  return *this;
}

Process::~Process() { end(); }

bool Process::is_alive() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, &status_, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

Transfer Process::send(BytesView bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (const auto ready = wait_for(socket_, POLLOUT, deadline); ready != Transfer::done) return ready;
    // Without MSG_NOSIGNAL a worker that has just died would take the daemon with it.
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (would_block(sent)) continue;
    if (sent < 0) return Transfer::closed;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Transfer::done;
}

Transfer Process::receive(std::size_t count, Bytes& bytes, Deadline deadline) {
  std::array<char, 65'536> piece{};
  while (count > 0) {
    if (const auto ready = wait_for(socket_, POLLIN, deadline); ready != Transfer::done) return ready;
    const auto got = recv(socket_, piece.data(), std::min(count, piece.size()), 0);
    if (would_block(got)) continue;
    if (got <= 0) return Transfer::closed;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    count -= static_cast<std::size_t>(got);
  }
  return Transfer::done;
}

std::string Process::end() {
  if (socket_ >= 0) close(std::exchange(socket_, -1));
  if (pid_ >= 0) {
    // One that is already on its way out keeps the status it had.
    kill(pid_, SIGKILL);
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
  }
  return WIFSIGNALED(status_) ? fmt::format("signal {}", WTERMSIG(status_))
                              : fmt::format("exit code {}", WEXITSTATUS(status_));
}

}  // namespace lab::label
