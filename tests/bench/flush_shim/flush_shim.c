// Preloaded into a program (LD_PRELOAD), makes every flush to disk cost a fixed time and counts them: real disks differ
// by a factor of a hundred, and a neighbour on the same machine makes the same disk differ by ten.
//
//   QLIMS_FLUSH_MS    what one flush costs, in milliseconds; default 5.0
//   QLIMS_FLUSH_REAL  when set, flushes are real and cost what they cost; they are only counted
//   QLIMS_FLUSH_LOG   a line with the counts is appended to this file when the program ends by exit()
//
// A flush is fdatasync, fsync, msync, or one write to a descriptor opened with O_DSYNC (LMDB's header page).
// Bytes are those written to descriptors opened for writing through open(2) and its kin; sockets do not count.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 65536  // those above are passed through uncounted

enum { KIND_FILE = 1, KIND_DSYNC = 2 };

static atomic_uchar kind_of[DESCRIPTORS_MAX];
static atomic_ullong syncs, msyncs, dsync_writes, bytes_written;
static atomic_int flushes_are_real;
static struct timespec cost = {0, 5000000};

static int (*real_open)(const char*, int, ...);
static int (*real_openat)(int, const char*, int, ...);
static int (*real_close)(int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_msync)(void*, size_t, int);
static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec*, int);
static ssize_t (*real_pwritev)(int, const struct iovec*, int, off_t);

// POSIX promises that this conversion works; the C standard forbids the direct cast.
static void find(void* function, const char* name) { *(void**)function = dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  find(&real_open, "open");
  find(&real_openat, "openat");
  find(&real_close, "close");
  find(&real_fsync, "fsync");
  find(&real_fdatasync, "fdatasync");
  find(&real_msync, "msync");
  find(&real_write, "write");
  find(&real_pwrite, "pwrite");
  find(&real_writev, "writev");
  find(&real_pwritev, "pwritev");
  flushes_are_real = getenv("QLIMS_FLUSH_REAL") != NULL;
  const char* milliseconds = getenv("QLIMS_FLUSH_MS");
  if (milliseconds != NULL) {
    const double seconds = strtod(milliseconds, NULL) / 1000.0;
    cost.tv_sec = (time_t)seconds;
    cost.tv_nsec = (long)((seconds - (double)cost.tv_sec) * 1e9);
  }
}

// A library that opens files before our constructor runs.
static void start_if_needed(void) {
  if (real_pwritev == NULL) start();
}

__attribute__((destructor)) static void report(void) {
  const char* log = getenv("QLIMS_FLUSH_LOG");
  if (log == NULL) return;
  char line[256];
  const unsigned long long sync_count = syncs, msync_count = msyncs, dsync_count = dsync_writes;
  const int length = snprintf(
      line, sizeof line, "pid=%d flushes=%llu syncs=%llu msyncs=%llu dsync_writes=%llu bytes=%llu\n", (int)getpid(),
      sync_count + msync_count + dsync_count, sync_count, msync_count, dsync_count, (unsigned long long)bytes_written);
  const int descriptor = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return;
  if (real_write(descriptor, line, (size_t)length) != length) perror("flush_shim");
  real_close(descriptor);
}

static void pay(void) {
  struct timespec left = cost;
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

static int remember(int descriptor, int flags) {
  if (descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return descriptor;
  unsigned char kind = 0;
  if ((flags & O_ACCMODE) != O_RDONLY) kind = KIND_FILE;
  if ((flags & O_DSYNC) != 0) kind |= KIND_DSYNC;
  kind_of[descriptor] = kind;
  return descriptor;
}

// The file is opened without O_DSYNC, which O_SYNC contains, so that only our own price is paid.
static int plain(int flags) { return flushes_are_real ? flags : flags & ~O_SYNC; }

static ssize_t wrote(int descriptor, ssize_t bytes) {
  if (bytes < 0 || descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return bytes;
  const unsigned char kind = kind_of[descriptor];
  if (kind & KIND_FILE) bytes_written += (unsigned long long)bytes;
  if (kind & KIND_DSYNC) {
    ++dsync_writes;
    if (!flushes_are_real) pay();
  }
  return bytes;
}

static mode_t mode_argument(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

int open(const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(real_open(path, plain(flags), mode), flags);
}

int open64(const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(real_open(path, plain(flags) | O_LARGEFILE, mode), flags);
}

int openat(int folder, const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(real_openat(folder, path, plain(flags), mode), flags);
}

int openat64(int folder, const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(real_openat(folder, path, plain(flags) | O_LARGEFILE, mode), flags);
}

int close(int descriptor) {
  start_if_needed();
  if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) kind_of[descriptor] = 0;
  return real_close(descriptor);
}

int fsync(int descriptor) {
  ++syncs;
  if (flushes_are_real) return real_fsync(descriptor);
  pay();
  return 0;
}

int fdatasync(int descriptor) {
  ++syncs;
  if (flushes_are_real) return real_fdatasync(descriptor);
  pay();
  return 0;
}

int msync(void* address, size_t length, int flags) {
  ++msyncs;
  if (flushes_are_real) return real_msync(address, length, flags);
  pay();
  return 0;
}

ssize_t write(int descriptor, const void* octets, size_t count) {
  start_if_needed();
  return wrote(descriptor, real_write(descriptor, octets, count));
}

ssize_t pwrite(int descriptor, const void* octets, size_t count, off_t at) {
  return wrote(descriptor, real_pwrite(descriptor, octets, count, at));
}

ssize_t pwrite64(int descriptor, const void* octets, size_t count, off_t at) {
  return wrote(descriptor, real_pwrite(descriptor, octets, count, at));
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  start_if_needed();
  return wrote(descriptor, real_writev(descriptor, parts, count));
}

ssize_t pwritev(int descriptor, const struct iovec* parts, int count, off_t at) {
  return wrote(descriptor, real_pwritev(descriptor, parts, count, at));
}

ssize_t pwritev64(int descriptor, const struct iovec* parts, int count, off_t at) {
  return wrote(descriptor, real_pwritev(descriptor, parts, count, at));
}
