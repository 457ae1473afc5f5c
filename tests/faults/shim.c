/* Fails chosen file operations of a process, and writes down all of them.
 *
 * Preloaded (LD_PRELOAD) into the program under test. Only files below FAULT_ROOT
 * count. Each operation is numbered from 0; number FAULT_AT fails by FAULT_KIND:
 *   enospc, eio   nothing is done, and the error is told
 *   short         half of a write is done, and half is told (no error)
 *   torn          half of a write is done, and EIO is told
 *   after         all is done, and EIO is told
 *   kill          the process ends before it
 *   erofs         nothing that writes is done, as on a file system mounted to read
 * With FAULT_STICKY every later one fails as well. With FAULT_READS reading counts.
 * FAULT_SLOW delays each sync below FAULT_ROOT by so many microseconds. FAULT_CLOCK names
 * a file with a number of seconds, read at each look at the clock of the day, by which
 * that clock is wrong.
 * FAULT_TRACE names a file that gets a line for each operation, and the bytes
 * written behind it:
 *   name TAB path TAB other path TAB offset TAB length NEWLINE bytes NEWLINE
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { NONE, ENOSPACE, EIOERR, SHORT, TORN, AFTER, KILL, ROFS };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_len;
static long at = -1, now = 0;
static enum kind what = NONE;
static int sticky, reads, trace = -1, is_ready, has_failed;

static void prepare(void) {
    if (is_ready) return;
    is_ready = 1;
    root = getenv("FAULT_ROOT");
    root_len = root ? strlen(root) : 0;
    const char *text = getenv("FAULT_AT");
    if (text) at = atol(text);
    sticky = getenv("FAULT_STICKY") != NULL;
    reads = getenv("FAULT_READS") != NULL;
    const char *kinds[] = {"none", "enospc", "eio", "short", "torn", "after", "kill", "erofs"};
    text = getenv("FAULT_KIND");
    for (int i = 0; text && i < 8; i++)
        if (!strcmp(text, kinds[i])) what = i;
    text = getenv("FAULT_TRACE");
    if (text)
        trace = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t n = syscall(SYS_write, trace, bytes, len);
        if (n <= 0) return;
        bytes += n;
        len -= n;
    }
}

static int absolute(const char *path, char *into) {
    if (path[0] == '/') {
        snprintf(into, 4096, "%s", path);
    } else {
        char cwd[2048];
        if (!getcwd(cwd, sizeof cwd)) return 0;
        snprintf(into, 4096, "%s/%s", cwd, path);
    }
    return root && !strncmp(into, root, root_len);
}

static int named(int fd, char *into) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, into, 4095);
    if (len < 0) return 0;
    into[len] = 0;
    return root && !strncmp(into, root, root_len);
}

static void note(const char *name, const char *path, const char *other, long long offset,
                 const void *bytes, size_t len) {
    if (trace < 0) return;
    char line[9000];
    int n = snprintf(line, sizeof line, "%s\t%s\t%s\t%lld\t%zu\n", name, path, other, offset, len);
    put(line, n);
    if (bytes && len) put(bytes, len);
    put("\n", 1);
}

/* Which fault, if any, the next operation meets. */
static enum kind next(void) {
    if (what == ROFS) return ROFS;
    long number = now++;
    if (number == at && what == KILL) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    if (number == at) {
        has_failed = 1;
        return what;
    }
    if (sticky && has_failed) return what == ENOSPACE ? ENOSPACE : EIOERR;
    return NONE;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ENTER pthread_mutex_lock(&lock); prepare()
#define LEAVE pthread_mutex_unlock(&lock)

static int fails(enum kind kind) {
    if (kind == ENOSPACE) { errno = ENOSPC; return 1; }
    if (kind == EIOERR) { errno = EIO; return 1; }
    if (kind == ROFS) { errno = EROFS; return 1; }
    return 0;
}

static int opens(const char *name, int (*real)(int, const char *, int, mode_t), int dir,
                 const char *path, int flags, mode_t mode) {
    char full[4096];
    ENTER;
    int fd;
    struct stat found;
    if (what == ROFS && absolute(path, full)) {
        /* What is there can be opened to read; a sync of it has nothing to do. */
        int is_there = stat(full, &found) == 0;
        int is_new = (flags & O_CREAT) && !is_there;
        int is_writing = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
        if (is_there && (flags & O_CREAT) && (flags & O_EXCL)) { errno = EEXIST; LEAVE; return -1; }
        if (is_new || (is_there && is_writing)) { errno = EROFS; LEAVE; return -1; }
        fd = real(dir, path, flags, mode);
    } else if ((flags & (O_CREAT | O_TRUNC)) && absolute(path, full)) {
        int is_new = (flags & O_CREAT) && stat(full, &found) != 0;
        enum kind kind = next();
        if (fails(kind)) { LEAVE; return -1; }
        fd = real(dir, path, flags, mode);
        if (fd >= 0 && is_new) note("create", full, "", 0, NULL, 0);
        if (kind == AFTER || kind == TORN) { close(fd); errno = EIO; LEAVE; return -1; }
    } else {
        fd = real(dir, path, flags, mode);
    }
    LEAVE;
    return fd;
}

static int real_openat(int dir, const char *path, int flags, mode_t mode) {
    return syscall(SYS_openat, dir, path, flags, mode);
}

#define MODE mode_t mode = 0; \
    if (flags & O_CREAT) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { MODE return opens("open", real_openat, AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opens("open", real_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode); }

static ssize_t writes(int fd, const void *bytes, size_t len, off64_t offset) {
    char full[4096];
    ENTER;
    ssize_t done;
    if (fd == 1) {
        note("out", "-", "", 0, bytes, len);
        done = syscall(SYS_write, fd, bytes, len);
    } else if (fd > 2 && named(fd, full)) {
        enum kind kind = next();
        if (fails(kind)) { LEAVE; return -1; }
        size_t part = (kind == SHORT || kind == TORN) && len > 1 ? len / 2 : len;
        off64_t place = offset;
        if (offset < 0) {
            int flags = fcntl(fd, F_GETFL);
            place = (flags & O_APPEND) ? lseek64(fd, 0, SEEK_END) : lseek64(fd, 0, SEEK_CUR);
            done = syscall(SYS_write, fd, bytes, part);
        } else {
            done = syscall(SYS_pwrite64, fd, bytes, part, offset);
        }
        if (done > 0) note("write", full, "", place, bytes, done);
        if (done >= 0 && (kind == TORN || kind == AFTER)) { errno = EIO; done = -1; }
    } else {
        done = offset < 0 ? syscall(SYS_write, fd, bytes, len) : syscall(SYS_pwrite64, fd, bytes, len, offset);
    }
    int kept = errno;
    LEAVE;
    errno = kept;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t len) { return writes(fd, bytes, len, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) { return writes(fd, bytes, len, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset) { return writes(fd, bytes, len, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        if (parts[i].iov_len == 0) continue;
        ssize_t done = writes(fd, parts[i].iov_base, parts[i].iov_len, -1);
        if (done < 0) return all ? all : -1;
        all += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return all;
}

static ssize_t gets_read(int fd, void *into, size_t len, off64_t offset) {
    char full[4096];
    ENTER;
    ssize_t done;
    enum kind kind = reads && fd > 2 && named(fd, full) ? next() : NONE;
    if (kind != NONE && kind != SHORT) { LEAVE; errno = EIO; return -1; }
    if (kind == SHORT && len > 1) len /= 2;
    done = offset < 0 ? syscall(SYS_read, fd, into, len) : syscall(SYS_pread64, fd, into, len, offset);
    int kept = errno;
    LEAVE;
    errno = kept;
    return done;
}

ssize_t read(int fd, void *into, size_t len) { return gets_read(fd, into, len, -1); }
ssize_t pread(int fd, void *into, size_t len, off_t offset) { return gets_read(fd, into, len, offset); }
ssize_t pread64(int fd, void *into, size_t len, off64_t offset) { return gets_read(fd, into, len, offset); }

/* An operation on an open file that is done or not. */
#define ON_FD(label, fd, offset, call) \
    char full[4096]; \
    ENTER; \
    int done; \
    if (named(fd, full)) { \
        enum kind kind = next(); \
        if (fails(kind)) { LEAVE; return -1; } \
        done = (call); \
        if (done >= 0) note(label, full, "", offset, NULL, 0); \
        if (kind == TORN || kind == AFTER) { errno = EIO; done = -1; } \
    } else done = (call); \
    int kept = errno; LEAVE; errno = kept; \
    return done;

static void be_slow(int fd) {
    char full[4096];
    const char *text = getenv("FAULT_SLOW");
    if (!text) return;
    ENTER; LEAVE;
    if (named(fd, full)) usleep(atol(text));
}

/* What the vDSO would do without a call, so that this is one. */
int clock_gettime(clockid_t id, struct timespec *now_is) {
    int done = syscall(SYS_clock_gettime, id, now_is);
    const char *path = done == 0 && id == CLOCK_REALTIME ? getenv("FAULT_CLOCK") : NULL;
    if (!path) return done;
    char text[32] = {0};
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return done;
    if (syscall(SYS_pread64, fd, text, sizeof text - 1, 0) > 0) now_is->tv_sec += atol(text);
    syscall(SYS_close, fd);
    return done;
}

int fsync(int fd) { be_slow(fd); if (what == ROFS) return 0; ON_FD("sync", fd, 0, syscall(SYS_fsync, fd)) }
int fdatasync(int fd) { be_slow(fd); if (what == ROFS) return 0; ON_FD("sync", fd, 0, syscall(SYS_fdatasync, fd)) }
int ftruncate(int fd, off_t len) { ON_FD("cut", fd, (long long)len, syscall(SYS_ftruncate, fd, len)) }
int ftruncate64(int fd, off64_t len) { ON_FD("cut", fd, (long long)len, syscall(SYS_ftruncate, fd, len)) }
int sync_file_range(int fd, off64_t from, off64_t len, unsigned flags) {
    ON_FD("range", fd, (long long)from, syscall(SYS_sync_file_range, fd, from, len, flags))
}

/* An operation on a path that is done or not. */
#define ON_PATH(label, path, other, call) \
    char full[4096], second[4096]; second[0] = 0; \
    ENTER; \
    int done; \
    if ((other)[0]) absolute(other, second); \
    if (absolute(path, full)) { \
        enum kind kind = next(); \
        if (fails(kind)) { LEAVE; return -1; } \
        done = (call); \
        if (done >= 0) note(label, full, second, 0, NULL, 0); \
        if (kind == TORN || kind == AFTER) { errno = EIO; done = -1; } \
    } else done = (call); \
    int kept = errno; LEAVE; errno = kept; \
    return done;

int rename(const char *from, const char *to) { ON_PATH("rename", from, to, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0)) }
int unlink(const char *path) { ON_PATH("unlink", path, "", syscall(SYS_unlinkat, AT_FDCWD, path, 0)) }
int rmdir(const char *path) { ON_PATH("rmdir", path, "", syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR)) }
int mkdir(const char *path, mode_t mode) {
    struct stat found;
    if (what == ROFS && stat(path, &found) == 0) { errno = EEXIST; return -1; }
    ON_PATH("mkdir", path, "", syscall(SYS_mkdirat, AT_FDCWD, path, mode)) }
