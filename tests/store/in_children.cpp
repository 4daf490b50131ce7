#include "tests/store/in_children.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <stdexcept>

namespace lab::faults {
namespace {

constexpr int open_yet = 10'000;

// Shared with the children, so that what they found is there after they died.
class SharedOutcomes {
 public:
  explicit SharedOutcomes(std::size_t count) : count_(count) {
    void* memory = ::mmap(nullptr, octets(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    outcomes_ = static_cast<std::atomic<int>*>(memory);
    for (std::size_t i = 0; i < count; ++i) outcomes_[i] = open_yet;
  }
  ~SharedOutcomes() { ::munmap(static_cast<void*>(outcomes_), octets()); }
  SharedOutcomes(const SharedOutcomes&) = delete;
  SharedOutcomes& operator=(const SharedOutcomes&) = delete;

  std::atomic<int>& operator[](std::size_t i) { return outcomes_[i]; }

 private:
  [[nodiscard]] std::size_t octets() const { return (count_ + 1) * sizeof(std::atomic<int>); }
  std::size_t count_;
  std::atomic<int>* outcomes_ = nullptr;
};

struct Share {
  std::size_t next = 0;  // the first of this job that has no outcome
  pid_t child = -1;
};

pid_t start_child(Share share, std::size_t count, std::size_t step, unsigned patience_seconds, SharedOutcomes& outcomes,
                  const std::function<int(std::size_t)>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDERR_FILENO);
  for (std::size_t i = share.next; i < count; i += step) {
    ::alarm(patience_seconds);
    outcomes[i] = work(i);
  }
  ::_exit(0);
}

}  // namespace

std::vector<int> run_in_children(std::size_t count, int jobs, unsigned patience_seconds,
                                 const std::function<int(std::size_t)>& work) {
  SharedOutcomes outcomes{count};
  std::vector<Share> shares(static_cast<std::size_t>(jobs));
  const std::size_t step = shares.size();
  for (std::size_t job = 0; job < step; ++job) {
    shares[job].next = job;
    shares[job].child = start_child(shares[job], count, step, patience_seconds, outcomes, work);
  }
  for (Share& share : shares) {
    while (share.child > 0) {
      int status = 0;
      ::waitpid(share.child, &status, 0);
      while (share.next < count && outcomes[share.next] != open_yet) share.next += step;
      share.child = -1;
      if (share.next >= count) continue;
      outcomes[share.next] = WIFSIGNALED(status) ? -WTERMSIG(status) : -SIGKILL;
      share.next += step;
      if (share.next < count) share.child = start_child(share, count, step, patience_seconds, outcomes, work);
    }
  }
  std::vector<int> found(count);
  for (std::size_t i = 0; i < count; ++i) found[i] = outcomes[i];
  return found;
}

}  // namespace lab::faults
