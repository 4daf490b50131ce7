// Preloaded into a program (LD_PRELOAD), writes down in their order every write, every change of length and every flush
// of its files named data.mdb, and every line it writes into a file named acks: what could be on the disk after a power
// cut at any moment follows from that (crash_log.hpp).
//
//   QLIMS_WRITE_LOG   the file; records of { u64 kind, u64 at, u64 length } and `length` octets, in the machine's order
//                     W  octets written at `at`               D  the same through a descriptor with O_DSYNC
//                     T  the file now has the length `at`     F  fdatasync or fsync has returned
//                     A  octets written to acks
//                     N  a file has been given the name data.mdb     S  fsync of a folder has returned
//
// Only what succeeded is written down, after it has. Writes through a memory map are not seen: LMDB makes none without
// MDB_WRITEMAP. One thread at a time writes.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 4096

enum { FILE_NONE, FILE_DATA, FILE_DATA_DSYNC, FILE_ACKS, FILE_FOLDER };

static unsigned char file_of[DESCRIPTORS_MAX];
static int log_file = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char*, int, ...);
static int (*real_close)(int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char*, const char*);
static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec*, int);
static ssize_t (*real_pwritev)(int, const struct iovec*, int, off_t);

static void find(void* function, const char* name) { *(void**)function = dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  if (real_pwritev != NULL) return;
  find(&real_open, "open");
  find(&real_close, "close");
  find(&real_fsync, "fsync");
  find(&real_fdatasync, "fdatasync");
  find(&real_ftruncate, "ftruncate");
  find(&real_rename, "rename");
  find(&real_write, "write");
  find(&real_pwrite, "pwrite");
  find(&real_writev, "writev");
  find(&real_pwritev, "pwritev");
  const char* path = getenv("QLIMS_WRITE_LOG");
  if (path == NULL) return;
  log_file = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) abort();
}

static void note(uint64_t kind, uint64_t at, const struct iovec* parts, int count, size_t length) {
  if (log_file < 0) return;
  uint64_t head[3] = {kind, at, length};
  pthread_mutex_lock(&lock);
  if (real_write(log_file, head, sizeof head) != (ssize_t)sizeof head) abort();
  size_t left = length;
  for (int i = 0; i < count && left > 0; ++i) {
    const size_t part = parts[i].iov_len < left ? parts[i].iov_len : left;
    if (real_write(log_file, parts[i].iov_base, part) != (ssize_t)part) abort();
    left -= part;
  }
  pthread_mutex_unlock(&lock);
}

static unsigned char kind_of(int descriptor) {
  return descriptor >= 0 && descriptor < DESCRIPTORS_MAX ? file_of[descriptor] : FILE_NONE;
}

static ssize_t wrote(int descriptor, const struct iovec* parts, int count, off_t at, ssize_t length) {
  const unsigned char kind = kind_of(descriptor);
  if (length <= 0 || kind == FILE_NONE || kind == FILE_FOLDER) return length;
  const char name = kind == FILE_ACKS ? 'A' : kind == FILE_DATA_DSYNC ? 'D' : 'W';
  note((uint64_t)name, (uint64_t)at, parts, count, (size_t)length);
  return length;
}

static int remember(const char* path, int flags, int descriptor) {
  if (descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return descriptor;
  const char* slash = strrchr(path, '/');
  const char* name = slash == NULL ? path : slash + 1;
  file_of[descriptor] = (flags & O_DIRECTORY) != 0 ? FILE_FOLDER : FILE_NONE;
  if (strcmp(name, "acks") == 0) file_of[descriptor] = FILE_ACKS;
  if (strcmp(name, "data.mdb") == 0) file_of[descriptor] = (flags & O_DSYNC) != 0 ? FILE_DATA_DSYNC : FILE_DATA;
  return descriptor;
}

#define OPEN_LIKE(NAME)                                         \
  int NAME(const char* path, int flags, ...) {                  \
    start();                                                    \
    mode_t mode = 0;                                            \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                 \
      va_list arguments;                                        \
      va_start(arguments, flags);                               \
      mode = va_arg(arguments, mode_t);                         \
      va_end(arguments);                                        \
    }                                                           \
    return remember(path, flags, real_open(path, flags, mode)); \
  }
OPEN_LIKE(open)
OPEN_LIKE(open64)

int close(int descriptor) {
  start();
  if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) file_of[descriptor] = FILE_NONE;
  return real_close(descriptor);
}

static int flushed(int descriptor, int result) {
  const unsigned char kind = kind_of(descriptor);
  if (result == 0 && (kind == FILE_DATA || kind == FILE_DATA_DSYNC)) note('F', 0, NULL, 0, 0);
  if (result == 0 && kind == FILE_FOLDER) note('S', 0, NULL, 0, 0);
  return result;
}
int fsync(int descriptor) { return flushed(descriptor, real_fsync(descriptor)); }
int fdatasync(int descriptor) { return flushed(descriptor, real_fdatasync(descriptor)); }

static int cut(int descriptor, off_t length, int result) {
  const unsigned char kind = kind_of(descriptor);
  if (result == 0 && (kind == FILE_DATA || kind == FILE_DATA_DSYNC)) note('T', (uint64_t)length, NULL, 0, 0);
  return result;
}
int ftruncate(int descriptor, off_t length) { return cut(descriptor, length, real_ftruncate(descriptor, length)); }
int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }

int rename(const char* from, const char* to) {
  const int result = real_rename(from, to);
  const char* slash = strrchr(to, '/');
  if (result == 0 && slash != NULL && strcmp(slash, "/data.mdb") == 0) note('N', 0, NULL, 0, 0);
  return result;
}

static off_t place_of(int descriptor) { return kind_of(descriptor) == FILE_NONE ? 0 : lseek(descriptor, 0, SEEK_CUR); }

ssize_t write(int descriptor, const void* octets, size_t count) {
  start();
  const struct iovec part = {(void*)octets, count};
  const off_t at = place_of(descriptor);
  return wrote(descriptor, &part, 1, at, real_write(descriptor, octets, count));
}

ssize_t pwrite(int descriptor, const void* octets, size_t count, off_t at) {
  const struct iovec part = {(void*)octets, count};
  return wrote(descriptor, &part, 1, at, real_pwrite(descriptor, octets, count, at));
}
ssize_t pwrite64(int descriptor, const void* octets, size_t count, off_t at) {
  return pwrite(descriptor, octets, count, at);
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  start();
  const off_t at = place_of(descriptor);
  return wrote(descriptor, parts, count, at, real_writev(descriptor, parts, count));
}

ssize_t pwritev(int descriptor, const struct iovec* parts, int count, off_t at) {
  return wrote(descriptor, parts, count, at, real_pwritev(descriptor, parts, count, at));
}
ssize_t pwritev64(int descriptor, const struct iovec* parts, int count, off_t at) {
  return pwritev(descriptor, parts, count, at);
}
