#include "instruments/label/program/sandbox.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lab::label {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
#else
constexpr bool is_sanitized = false;
#endif

#if defined(__x86_64__)
constexpr std::uint32_t machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t machine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t machine = 0;
#endif

constexpr std::array allowed_calls{
    SYS_read,        SYS_write,        SYS_close,           SYS_brk,
    SYS_mmap,        SYS_munmap,       SYS_mremap,          SYS_mprotect,
    SYS_madvise,     SYS_futex,        SYS_clock_gettime,   SYS_gettimeofday,
    SYS_getrusage,   SYS_prlimit64,    SYS_getpid,          SYS_gettid,
    SYS_tgkill,      SYS_rt_sigaction, SYS_rt_sigprocmask,  SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_sched_yield,  SYS_getrandom,       SYS_exit,
    SYS_exit_group,  SYS_nanosleep,    SYS_clock_nanosleep, SYS_restart_syscall,
};

void limit(decltype(RLIMIT_AS) what, rlim_t most) {
  const rlimit value{.rlim_cur = most, .rlim_max = most};
  setrlimit(what, &value);
}

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }

/// A call from another instruction set has other numbers, so it ends the process. So does, on x86-64, nothing else: the
/// x32 numbers carry a high bit and match no entry of the list.
std::vector<sock_filter> filter_program() {
  std::vector<sock_filter> program{
      load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, machine, 1, 0),
      answer(SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),
  };
  const auto allow = [&](long call) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
    program.push_back(answer(SECCOMP_RET_ALLOW));
  };
  std::ranges::for_each(allowed_calls, allow);
  // Before the sanitizers read a table of virtual functions they try its memory with a pipe.
  if (is_sanitized) allow(SYS_pipe2);
  program.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
  return program;
}

}  // namespace

void limit_resources() {
  close_range(3, ~0u, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  if (!is_sanitized) limit(RLIMIT_AS, memory_bytes_max);  // the sanitizers reserve terabytes of addresses
}

void allow_cpu_time(unsigned seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit value{};
  getrlimit(RLIMIT_CPU, &value);
  // The limit counts from the start of the process, in whole seconds.
  value.rlim_cur = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 2) + seconds;
  setrlimit(RLIMIT_CPU, &value);
}

bool deny_system_calls() {
  if (machine == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  auto program = filter_program();
  const sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace lab::label
