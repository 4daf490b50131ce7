// Preloaded into a program (LD_PRELOAD), makes every flush to disk cost a fixed time and counts them: real disks differ
// by a factor of a hundred, and a neighbour on the same machine makes the same disk differ by ten.
//
//   QLIMS_FLUSH_MS    what one flush costs, in milliseconds; default 5.0
//   QLIMS_FLUSH_REAL  when set, flushes are real and cost what they cost; they are only counted
//   QLIMS_FLUSH_LOG   a line with the counts is appended to this file when the program ends by exit()
//   QLIMS_FLUSH_TRACE what happens in which order is written to this name with the process number behind it: records of
//                     { u64 kind, u64 length } and `length` octets, in the machine's order
//                     b  a flush of a store's file begins      f  it has returned
//                     d  a write of its header page has returned, which is a flush by itself
//                     r  a frame that ZeroMQ has handed over   s  a frame that it is about to be given
//
// A flush is fdatasync, fsync, msync, or one write to a descriptor opened with O_DSYNC (LMDB's header page).
// Bytes are those written to descriptors opened for writing through open(2) and its kin; sockets do not count.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 65536  // those above are passed through uncounted

enum { KIND_FILE = 1, KIND_DSYNC = 2, KIND_STORE = 4 };

static atomic_uchar kind_of[DESCRIPTORS_MAX];
static atomic_ullong syncs, msyncs, dsync_writes, bytes_written;
static atomic_int flushes_are_real;
static struct timespec cost = {0, 5000000};
static int trace = -1;
static pthread_mutex_t trace_lock = PTHREAD_MUTEX_INITIALIZER;

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
static int (*real_zmq_send)(void*, const void*, size_t, int);
static int (*real_zmq_msg_recv)(void*, void*, int);
static void* (*message_data)(void*);
static size_t (*message_size)(const void*);

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
  find(&real_zmq_send, "zmq_send");
  find(&real_zmq_msg_recv, "zmq_msg_recv");
  find(&message_data, "zmq_msg_data");
  find(&message_size, "zmq_msg_size");
  const char* trace_name = getenv("QLIMS_FLUSH_TRACE");
  if (trace_name != NULL) {
    char path[4096];
    snprintf(path, sizeof path, "%s.%d", trace_name, (int)getpid());
    trace = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
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

// Under the lock, so that the order in the file is that of what happened: "has returned" is written after the return,
// "is about to" before the call.
static void note(uint64_t kind, const void* octets, size_t length) {
  if (trace < 0) return;
  const uint64_t head[2] = {kind, length};
  pthread_mutex_lock(&trace_lock);
  if (real_write(trace, head, sizeof head) != (ssize_t)sizeof head ||
      (length > 0 && real_write(trace, octets, length) != (ssize_t)length)) {
    perror("flush_shim");
    abort();
  }
  pthread_mutex_unlock(&trace_lock);
}

static int is_store(int descriptor) {
  return descriptor >= 0 && descriptor < DESCRIPTORS_MAX && (kind_of[descriptor] & KIND_STORE) != 0;
}

static void pay(void) {
  struct timespec left = cost;
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

static int remember(const char* path, int descriptor, int flags) {
  if (descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return descriptor;
  unsigned char kind = 0;
  if ((flags & O_ACCMODE) != O_RDONLY) kind = KIND_FILE;
  if ((flags & O_DSYNC) != 0) kind |= KIND_DSYNC;
  const char* slash = strrchr(path, '/');
  if (slash != NULL && strcmp(slash, "/data.mdb") == 0) kind |= KIND_STORE;
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
    if (kind & KIND_STORE) note('d', NULL, 0);
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
  return remember(path, real_open(path, plain(flags), mode), flags);
}

int open64(const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(path, real_open(path, plain(flags) | O_LARGEFILE, mode), flags);
}

int openat(int folder, const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(path, real_openat(folder, path, plain(flags), mode), flags);
}

int openat64(int folder, const char* path, int flags, ...) {
  start_if_needed();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return remember(path, real_openat(folder, path, plain(flags) | O_LARGEFILE, mode), flags);
}

int close(int descriptor) {
  start_if_needed();
  if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) kind_of[descriptor] = 0;
  return real_close(descriptor);
}

static int flushed(int descriptor, int (*flush)(int)) {
  const int traced = is_store(descriptor);
  if (traced) note('b', NULL, 0);
  int result = 0;
  if (flushes_are_real) {
    result = flush(descriptor);
  } else {
    pay();
  }
  if (traced && result == 0) note('f', NULL, 0);
  return result;
}

int fsync(int descriptor) {
  ++syncs;
  return flushed(descriptor, real_fsync);
}

int fdatasync(int descriptor) {
  ++syncs;
  return flushed(descriptor, real_fdatasync);
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

int zmq_send(void* socket, const void* octets, size_t length, int flags) {
  note('s', octets, length);
  return real_zmq_send(socket, octets, length, flags);
}

int zmq_msg_recv(void* message, void* socket, int flags) {
  const int length = real_zmq_msg_recv(message, socket, flags);
  if (length >= 0) note('r', message_data(message), message_size(message));
  return length;
}
