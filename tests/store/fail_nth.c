// Preloaded into a program (LD_PRELOAD), makes the Nth call that could fail do so: writes, flushes, opening, naming,
// cutting and mapping of files below one folder, and large allocations.
//
//   QLIMS_FAIL_BELOW   the folder; files named acks are left alone
//   QLIMS_FAIL_AT      N, the first is 1; 0: only count
//   QLIMS_FAIL_WITH    EIO, ENOSPC, EINTR, or short: a write that takes half of its octets
//   QLIMS_FAIL_FOR     once, or ever: this call and all after it; EINTR at most 1,000 times, as no signal storm is endless
//   QLIMS_FAIL_COUNT   a file that gets the number of calls when the program exits
//
// Calls are counted on one thread at a time.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 4096
#define LARGE_ALLOCATION 8192
#define INTERRUPTIONS_MAX 1000

enum { PASS, FAIL, SHORT };

static unsigned char watched[DESCRIPTORS_MAX];
static const char* below;
static long fail_at, calls, failures;
static int error_number, is_short, for_ever, is_ready;

extern void* __libc_malloc(size_t);
static int (*real_open)(const char*, int, ...);
static int (*real_close)(int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char*, const char*);
static void* (*real_mmap)(void*, size_t, int, int, int, off_t);
static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec*, int);
static ssize_t (*real_pwritev)(int, const struct iovec*, int, off_t);

static void find(void* function, const char* name) { *(void**)function = dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  if (is_ready) return;
  find(&real_open, "open");
  find(&real_close, "close");
  find(&real_fsync, "fsync");
  find(&real_fdatasync, "fdatasync");
  find(&real_ftruncate, "ftruncate");
  find(&real_rename, "rename");
  find(&real_mmap, "mmap");
  find(&real_write, "write");
  find(&real_pwrite, "pwrite");
  find(&real_writev, "writev");
  find(&real_pwritev, "pwritev");
  const char* at = getenv("QLIMS_FAIL_AT");
  const char* with = getenv("QLIMS_FAIL_WITH");
  const char* how_long = getenv("QLIMS_FAIL_FOR");
  below = getenv("QLIMS_FAIL_BELOW");
  fail_at = at == NULL ? 0 : atol(at);
  for_ever = how_long != NULL && strcmp(how_long, "ever") == 0;
  is_short = with != NULL && strcmp(with, "short") == 0;
  error_number = with == NULL || strcmp(with, "EIO") == 0 ? EIO : strcmp(with, "ENOSPC") == 0 ? ENOSPC : EINTR;
  is_ready = 1;
}

__attribute__((destructor)) static void report(void) {
  const char* path = getenv("QLIMS_FAIL_COUNT");
  const int file = path == NULL ? -1 : real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return;
  char text[32];
  const int length = snprintf(text, sizeof text, "%ld\n", calls);
  if (real_write(file, text, (size_t)length) != length) abort();
  real_close(file);
}

static int fate(int is_write) {
  ++calls;
  if (fail_at == 0 || calls < fail_at || (calls > fail_at && !for_ever)) return PASS;
  if (error_number == EINTR && !is_short && failures >= INTERRUPTIONS_MAX) return PASS;
  ++failures;
  if (is_short) return is_write ? SHORT : PASS;
  errno = error_number;
  return FAIL;
}

static int is_below(const char* path) {
  if (below == NULL || strncmp(path, below, strlen(below)) != 0) return 0;
  const char* slash = strrchr(path, '/');
  return slash == NULL || strcmp(slash, "/acks") != 0;
}
static int is_watched(int descriptor) {
  return descriptor >= 0 && descriptor < DESCRIPTORS_MAX && watched[descriptor];
}

#define OPEN_LIKE(NAME)                                                                      \
  int NAME(const char* path, int flags, ...) {                                               \
    start();                                                                                 \
    mode_t mode = 0;                                                                         \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                                              \
      va_list arguments;                                                                     \
      va_start(arguments, flags);                                                            \
      mode = va_arg(arguments, mode_t);                                                      \
      va_end(arguments);                                                                     \
    }                                                                                        \
    const int counts = is_below(path);                                                       \
    if (counts && fate(0) == FAIL) return -1;                                                \
    const int descriptor = real_open(path, flags, mode);                                     \
    if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) watched[descriptor] = (unsigned char)counts; \
    return descriptor;                                                                       \
  }
OPEN_LIKE(open)
OPEN_LIKE(open64)

int close(int descriptor) {
  start();
  if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) watched[descriptor] = 0;
  return real_close(descriptor);
}

int fsync(int descriptor) { return is_watched(descriptor) && fate(0) == FAIL ? -1 : real_fsync(descriptor); }
int fdatasync(int descriptor) { return is_watched(descriptor) && fate(0) == FAIL ? -1 : real_fdatasync(descriptor); }
int ftruncate(int descriptor, off_t length) {
  return is_watched(descriptor) && fate(0) == FAIL ? -1 : real_ftruncate(descriptor, length);
}
int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }
int rename(const char* from, const char* to) {
  start();
  return is_below(to) && fate(0) == FAIL ? -1 : real_rename(from, to);
}

void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t at) {
  start();
  if (is_watched(descriptor) && fate(0) == FAIL) return MAP_FAILED;
  return real_mmap(address, length, protection, flags, descriptor, at);
}
void* mmap64(void* address, size_t length, int protection, int flags, int descriptor, off_t at) {
  return mmap(address, length, protection, flags, descriptor, at);
}

void* malloc(size_t size) {
  if (is_ready && size >= LARGE_ALLOCATION && fate(0) == FAIL) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_malloc(size);
}

ssize_t write(int descriptor, const void* octets, size_t count) {
  start();
  const int what = is_watched(descriptor) ? fate(1) : PASS;
  if (what == FAIL) return -1;
  return real_write(descriptor, octets, what == SHORT ? count / 2 : count);
}

ssize_t pwrite(int descriptor, const void* octets, size_t count, off_t at) {
  const int what = is_watched(descriptor) ? fate(1) : PASS;
  if (what == FAIL) return -1;
  return real_pwrite(descriptor, octets, what == SHORT ? count / 2 : count, at);
}
ssize_t pwrite64(int descriptor, const void* octets, size_t count, off_t at) {
  return pwrite(descriptor, octets, count, at);
}

// A short one writes its first part only; with a single part, nothing, which no kernel does to a file: half of it.
ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  start();
  const int what = is_watched(descriptor) ? fate(1) : PASS;
  if (what == FAIL) return -1;
  if (what == SHORT && count == 1) return real_write(descriptor, parts[0].iov_base, parts[0].iov_len / 2);
  return real_writev(descriptor, parts, what == SHORT ? count / 2 : count);
}
ssize_t pwritev(int descriptor, const struct iovec* parts, int count, off_t at) {
  const int what = is_watched(descriptor) ? fate(1) : PASS;
  if (what == FAIL) return -1;
  if (what == SHORT && count == 1) return real_pwrite(descriptor, parts[0].iov_base, parts[0].iov_len / 2, at);
  return real_pwritev(descriptor, parts, what == SHORT ? count / 2 : count, at);
}
ssize_t pwritev64(int descriptor, const struct iovec* parts, int count, off_t at) {
  return pwritev(descriptor, parts, count, at);
}
