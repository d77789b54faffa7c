/* Records every file operation of a program under one folder, and ends the program before a chosen one.
 *
 * Loaded before the C library (LD_PRELOAD), so that its names are found first. Each operation that changes the
 * watched folder, or makes it durable, is done and then written to the log under one mutex: the order of the log is
 * the order in which the operations happened, whatever the threads. The log is written with write(2), so that it
 * outlives the SIGKILL. The form of a record is `struct record`; `log.rs` reads it.
 *
 *   PALERMO_POWER_ROOT  the folder watched, an absolute path
 *   PALERMO_POWER_LOG   the log, outside of that folder, empty at the start
 *   PALERMO_POWER_CUT   the number (from 1) of the operation before which the program dies; 0 for never
 *
 * What the log could not tell truly ends the program with a message: a recording that lies is worse than none.
 * Syncs are recorded and not carried out: the machine stays up, and what matters is what the program asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#if __SIZEOF_POINTER__ != 8
#error "the recorder is written for 64-bit systems, where off_t and off64_t are one"
#endif

enum kind {
    STARTED = 1, OPENED, CREATED, TEMPORARY, WRITTEN, SIZED, ALLOCATED, ZEROED, SYNCED, SYNCED_ALL, RENAMED,
    EXCHANGED, UNLINKED, FOLDER_MADE, FOLDER_REMOVED, LINKED, SYMLINKED, PRINTED, CUT, TROUBLE
};
enum { SYNCHRONOUS = 1, TRUNCATED = 2 };

struct record {
    uint8_t kind, flags;
    uint16_t path_bytes, second_bytes, unused;
    uint64_t operation, handle, offset, length, data_bytes;
};

/* What a descriptor of the program stands for; device and inode tell a stale entry from a live one. */
struct descriptor {
    uint64_t handle;
    dev_t device;
    ino_t inode;
    int synchronous;
};

enum { DESCRIPTORS_MAX = 65536, LOG_DESCRIPTOR_MIN = 700 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct descriptor descriptors[DESCRIPTORS_MAX];
static char root[PATH_MAX];
static size_t root_bytes;
static int log_descriptor = -1;
static int watching, foreign;
static uint64_t cut, operation, next_handle = 1;

static ssize_t raw_write(int fd, const void *data, size_t bytes) { return syscall(SYS_write, fd, data, bytes); }

static void put(enum kind kind, int flags, uint64_t handle, uint64_t offset, uint64_t length, const char *path,
                const char *second, const void *data, size_t bytes) {
    struct record record = {.kind = kind, .flags = flags, .operation = operation, .handle = handle,
                            .offset = offset, .length = length, .data_bytes = bytes};
    record.path_bytes = path ? strlen(path) : 0;
    record.second_bytes = second ? strlen(second) : 0;
    struct iovec parts[4] = {{&record, sizeof record},
                             {(void *)path, record.path_bytes},
                             {(void *)second, record.second_bytes},
                             {(void *)data, bytes}};
    for (int part = 0; part < 4; part++) {
        const char *from = parts[part].iov_base;
        size_t left = parts[part].iov_len;
        while (left > 0) {
            ssize_t done = raw_write(log_descriptor, from, left);
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0) {
                static const char message[] = "power recorder: the log cannot be written\n";
                raw_write(2, message, sizeof message - 1);
                abort();
            }
            from += done;
            left -= done;
        }
    }
}

/* Ends the program: what it did cannot be recorded truly. Called under the mutex. */
static void give_up(const char *what, const char *path) {
    char message[PATH_MAX + 200];
    int bytes = snprintf(message, sizeof message, "%s: %s", what, path ? path : "");
    if (bytes >= (int)sizeof message) bytes = sizeof message - 1;
    put(TROUBLE, 0, 0, 0, 0, NULL, NULL, message, bytes);
    raw_write(2, "power recorder: ", 16);
    raw_write(2, message, bytes);
    raw_write(2, "\n", 1);
    abort();
}

static void before_fork(void) { pthread_mutex_lock(&mutex); }
static void in_parent(void) { pthread_mutex_unlock(&mutex); }
static void in_child(void) {
    pthread_mutex_init(&mutex, NULL);
    foreign = 1;
}

static void start(void) {
    const char *folder = getenv("PALERMO_POWER_ROOT"), *log = getenv("PALERMO_POWER_LOG");
    const char *number = getenv("PALERMO_POWER_CUT");
    if (!folder || !log || !realpath(folder, root)) return;
    root_bytes = strlen(root);
    cut = number ? strtoull(number, NULL, 10) : 0;
    int fd = syscall(SYS_openat, AT_FDCWD, log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    log_descriptor = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, LOG_DESCRIPTOR_MIN);
    syscall(SYS_close, fd);
    if (log_descriptor < 0) return;
    struct stat about;
    /* A program started by the watched one finds the log begun: it may do anything but touch the folder. */
    foreign = fstat(log_descriptor, &about) != 0 || about.st_size > 0;
    pthread_atfork(before_fork, in_parent, in_child);
    if (!foreign) put(STARTED, 0, getpid(), 0, 0, root, NULL, NULL, 0);
    watching = 1;
}

__attribute__((constructor)) static void loaded(void) { pthread_once(&once, start); }

static void enter(void) {
    pthread_once(&once, start);
    pthread_mutex_lock(&mutex);
}
static void leave(void) {
    int kept = errno;
    pthread_mutex_unlock(&mutex);
    errno = kept;
}

/* One more operation is about to be done: here the power may go. */
static void step(const char *path) {
    if (foreign) give_up("a second process works in the watched folder", path);
    operation++;
    if (cut && operation == cut) {
        put(CUT, 0, 0, 0, 0, NULL, NULL, NULL, 0);
        syscall(SYS_kill, getpid(), SIGKILL);
        for (;;) pause();
    }
}

static int under_root(const char *path, char *relative) {
    if (!watching || strncmp(path, root, root_bytes) != 0) return 0;
    if (path[root_bytes] != '/' && path[root_bytes] != '\0') return 0;
    strcpy(relative, path[root_bytes] ? path + root_bytes + 1 : "");
    return 1;
}

/* Whether a name is under the watched folder, and its path from there, free of links and dots. */
static int resolve(int at, const char *path, int follow, char *relative) {
    char full[2 * PATH_MAX + 2], real[PATH_MAX], base[PATH_MAX];
    int kept = errno, found = 0;
    if (!watching || !path || !*path || strlen(path) >= PATH_MAX) return 0;
    if (*path == '/') {
        strcpy(full, path);
    } else {
        if (at == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) goto out;
        } else {
            char link[40];
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
            ssize_t bytes = readlink(link, base, sizeof base - 1);
            if (bytes < 0) goto out;
            base[bytes] = '\0';
        }
        snprintf(full, sizeof full, "%s/%s", base, path);
    }
    size_t end = strlen(full);
    while (end > 1 && full[end - 1] == '/') full[--end] = '\0';
    if (follow && realpath(full, real)) {
        found = under_root(real, relative);
        goto out;
    }
    char *slash = strrchr(full, '/');
    const char *name = slash + 1;
    if (!strcmp(name, ".") || !strcmp(name, "..")) {
        if (realpath(full, real)) found = under_root(real, relative);
        goto out;
    }
    char last[NAME_MAX + 1];
    if (strlen(name) > NAME_MAX) goto out;
    strcpy(last, name);
    if (slash == full) slash++;
    *slash = '\0';
    if (!realpath(full, real) || strlen(real) + strlen(last) + 2 > PATH_MAX) goto out;
    if (strcmp(real, "/")) strcat(real, "/");
    strcat(real, last);
    found = under_root(real, relative);
    struct stat about;
    if (found && follow && lstat(real, &about) == 0 && S_ISLNK(about.st_mode))
        give_up("a symbolic link that leads nowhere is opened", relative);
out:
    errno = kept;
    return found;
}

/* The entry of a watched descriptor, or NULL. Called under the mutex. */
static struct descriptor *watched(int fd) {
    if (!watching || fd < 0 || fd >= DESCRIPTORS_MAX || !descriptors[fd].handle) return NULL;
    struct stat about;
    int kept = errno;
    int lost = fstat(fd, &about) != 0 || about.st_dev != descriptors[fd].device
               || about.st_ino != descriptors[fd].inode;
    errno = kept;
    if (lost) {
        descriptors[fd].handle = 0;
        return NULL;
    }
    return &descriptors[fd];
}

static void forget(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS_MAX) descriptors[fd].handle = 0;
}

static void copy_descriptor(int from, int to) {
    struct descriptor *entry = watched(from);
    forget(to);
    if (!entry || to < 0) return;
    if (to >= DESCRIPTORS_MAX) give_up("a descriptor with too high a number", NULL);
    descriptors[to] = *entry;
}

/* --- names and descriptors ------------------------------------------------------------------------------------ */

static int real_open(int at, const char *path, int flags, mode_t mode) {
    return syscall(SYS_openat, at, path, flags, mode);
}

static int do_open(int at, const char *path, int flags, mode_t mode) {
    char relative[PATH_MAX];
    struct stat about;
    enter();
    int follow = !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
    if ((flags & O_PATH) || !resolve(at, path, follow, relative)) {
        /* Not under the mutex: opening a pipe may wait for its other end. */
        leave();
        int fd = real_open(at, path, flags, mode);
        enter();
        forget(fd);
        leave();
        return fd;
    }
    int kept = errno;
    int existed = fstatat(at, path, &about, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0;
    errno = kept;
    int temporary = (flags & O_TMPFILE) == O_TMPFILE;
    int created = (flags & O_CREAT) && !existed && !temporary;
    int truncated = (flags & O_TRUNC) && existed && S_ISREG(about.st_mode) && about.st_size > 0;
    if (created || truncated || temporary) step(relative);
    int fd = real_open(at, path, flags, mode);
    if (fd >= 0) {
        if (fstat(fd, &about) != 0 || fd >= DESCRIPTORS_MAX) give_up("a descriptor that cannot be followed", relative);
        int synchronous = (flags & (O_SYNC | O_DSYNC)) != 0;
        descriptors[fd] = (struct descriptor){next_handle++, about.st_dev, about.st_ino, synchronous};
        put(created ? CREATED : temporary ? TEMPORARY : OPENED, truncated ? TRUNCATED : 0, descriptors[fd].handle, 0,
            about.st_mode & 07777, relative, NULL, NULL, 0);
    }
    leave();
    return fd;
}

#define MODE_OF(flags)                                                                                                 \
    mode_t mode = 0;                                                                                                   \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {                                                       \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode = va_arg(list, int);                                                                                      \
        va_end(list);                                                                                                  \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags) return do_open(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags) return do_open(at, path, flags, mode); }
int __open_2(const char *path, int flags) { return do_open(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return do_open(AT_FDCWD, path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return do_open(at, path, flags, 0); }
int __openat64_2(int at, const char *path, int flags) { return do_open(at, path, flags, 0); }
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
    pthread_once(&once, start);
    if (fd >= 0 && fd == log_descriptor) {
        errno = EBADF;
        return -1;
    }
    pthread_mutex_lock(&mutex);
    forget(fd);
    leave();
    return syscall(SYS_close, fd);
}

int dup(int fd) {
    enter();
    int copy = syscall(SYS_dup, fd);
    copy_descriptor(fd, copy);
    leave();
    return copy;
}

int dup3(int fd, int to, int flags) {
    enter();
    if (to >= 0 && to == log_descriptor) give_up("the log's own descriptor is taken", NULL);
    int copy = syscall(SYS_dup3, fd, to, flags);
    if (copy >= 0) copy_descriptor(fd, copy);
    leave();
    return copy;
}

int dup2(int fd, int to) {
    if (fd == to) return syscall(SYS_fcntl, fd, F_GETFD) < 0 ? -1 : to;
    return dup3(fd, to, 0);
}

static int do_fcntl(int fd, int command, void *argument) {
    if (command != F_DUPFD && command != F_DUPFD_CLOEXEC) return syscall(SYS_fcntl, fd, command, argument);
    enter();
    int copy = syscall(SYS_fcntl, fd, command, argument);
    copy_descriptor(fd, copy);
    leave();
    return copy;
}

#define ARGUMENT_OF(command)                                                                                           \
    va_list list;                                                                                                      \
    va_start(list, command);                                                                                           \
    void *argument = va_arg(list, void *);                                                                             \
    va_end(list);

int fcntl(int fd, int command, ...) { ARGUMENT_OF(command) return do_fcntl(fd, command, argument); }
int fcntl64(int fd, int command, ...) { ARGUMENT_OF(command) return do_fcntl(fd, command, argument); }

/* --- contents ------------------------------------------------------------------------------------------------- */

/* Where the next write of a descriptor ended: for appends, the end of the file. */
static uint64_t end_after_append(int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 ? (uint64_t)about.st_size : 0;
}

/* A write of every kind; `at` is -1 for the descriptor's own place. */
static ssize_t do_write(int fd, const struct iovec *parts, int count, off_t at, int flags) {
    enter();
    struct descriptor *entry = watched(fd);
    if (!entry && !(watching && fd == 1 && !foreign)) {
        leave();
        if (at < 0 && !flags) {
            if (count == 1) return raw_write(fd, parts[0].iov_base, parts[0].iov_len);
            return syscall(SYS_writev, fd, parts, count);
        }
        return syscall(SYS_pwritev2, fd, parts, count, at, 0, flags);
    }
    if (entry) step(NULL);
    ssize_t done;
    if (at < 0 && !flags) done = syscall(SYS_writev, fd, parts, count);
    else done = syscall(SYS_pwritev2, fd, parts, count, at, 0, flags);
    if (done > 0) {
        int kept = errno;
        char *data = malloc(done), *end = data;
        if (!data) give_up("no memory for a record", NULL);
        for (int part = 0, left = done; part < count && left > 0; part++) {
            int bytes = parts[part].iov_len < (size_t)left ? (int)parts[part].iov_len : left;
            memcpy(end, parts[part].iov_base, bytes);
            end += bytes;
            left -= bytes;
        }
        if (entry) {
            uint64_t offset;
            int status = syscall(SYS_fcntl, fd, F_GETFL);
            if ((status & O_APPEND) || (flags & RWF_APPEND)) offset = end_after_append(fd) - done;
            else if (at < 0) offset = lseek(fd, 0, SEEK_CUR) - done;
            else offset = at;
            int synchronous = entry->synchronous || (flags & (RWF_DSYNC | RWF_SYNC));
            put(WRITTEN, synchronous ? SYNCHRONOUS : 0, entry->handle, offset, done, NULL, NULL, data, done);
        } else {
            put(PRINTED, 0, 0, 0, done, NULL, NULL, data, done);
        }
        free(data);
        errno = kept;
    }
    leave();
    return done;
}

static ssize_t write_at(int fd, const void *data, size_t bytes, off_t at) {
    /* A short write of a very long one is within the contract, and bounds a record. */
    struct iovec part = {(void *)data, bytes > INT_MAX / 2 ? INT_MAX / 2 : bytes};
    if (at < 0) {
        errno = EINVAL;
        return -1;
    }
    return do_write(fd, &part, 1, at, 0);
}

ssize_t write(int fd, const void *data, size_t bytes) {
    struct iovec part = {(void *)data, bytes > INT_MAX / 2 ? INT_MAX / 2 : bytes};
    return do_write(fd, &part, 1, -1, 0);
}
ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at) { return write_at(fd, data, bytes, at); }
ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t at) { return write_at(fd, data, bytes, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return do_write(fd, parts, count, -1, 0); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
    if (at >= 0) return do_write(fd, parts, count, at, 0);
    errno = EINVAL;
    return -1;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return pwritev(fd, parts, count, at); }
ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t at, int flags) {
    return do_write(fd, parts, count, at, flags);
}
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off64_t at, int flags) {
    return do_write(fd, parts, count, at, flags);
}

static int do_ftruncate(int fd, off_t length) {
    enter();
    struct descriptor *entry = watched(fd);
    if (entry) step(NULL);
    int result = syscall(SYS_ftruncate, fd, length);
    if (entry && result == 0) put(SIZED, 0, entry->handle, 0, length, NULL, NULL, NULL, 0);
    leave();
    return result;
}
int ftruncate(int fd, off_t length) { return do_ftruncate(fd, length); }
int ftruncate64(int fd, off64_t length) { return do_ftruncate(fd, length); }

static int do_truncate(const char *path, off_t length) {
    char relative[PATH_MAX];
    enter();
    int inside = resolve(AT_FDCWD, path, 1, relative);
    if (inside) step(relative);
    int result = syscall(SYS_truncate, path, length);
    if (inside && result == 0) put(SIZED, 0, 0, 0, length, relative, NULL, NULL, 0);
    leave();
    return result;
}
int truncate(const char *path, off_t length) { return do_truncate(path, length); }
int truncate64(const char *path, off64_t length) { return do_truncate(path, length); }

static int do_fallocate(int fd, int mode, off_t offset, off_t length) {
    enter();
    struct descriptor *entry = watched(fd);
    int known = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;
    if (entry && (mode & ~known)) {
        leave();
        errno = EOPNOTSUPP;
        return -1;
    }
    if (entry) step(NULL);
    int result = syscall(SYS_fallocate, fd, mode, offset, length);
    if (entry && result == 0) {
        if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
            put(ZEROED, 0, entry->handle, offset, length, NULL, NULL, NULL, 0);
        if (!(mode & FALLOC_FL_KEEP_SIZE)) put(ALLOCATED, 0, entry->handle, offset, length, NULL, NULL, NULL, 0);
    }
    leave();
    return result;
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return do_fallocate(fd, mode, offset, length); }
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return do_fallocate(fd, mode, offset, length); }
int posix_fallocate(int fd, off_t offset, off_t length) {
    int kept = errno, result = do_fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
    errno = kept;
    return result;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }

/* --- durability ----------------------------------------------------------------------------------------------- */

static int do_sync(int fd, enum kind kind, long number) {
    enter();
    struct descriptor *entry = watched(fd);
    if (!entry) {
        leave();
        return syscall(number, fd);
    }
    step(NULL);
    put(kind, 0, entry->handle, 0, 0, NULL, NULL, NULL, 0);
    leave();
    return 0;
}
int fsync(int fd) { return do_sync(fd, SYNCED, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYNCED, SYS_fdatasync); }
int syncfs(int fd) { return do_sync(fd, SYNCED_ALL, SYS_syncfs); }
void sync(void) {
    enter();
    if (watching && !foreign) {
        step(NULL);
        put(SYNCED_ALL, 0, 0, 0, 0, NULL, NULL, NULL, 0);
    }
    leave();
}
/* It starts the writing of pages and promises nothing about the disk's own memory, so nothing is recorded. */
int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned flags) {
    (void)fd, (void)offset, (void)bytes, (void)flags;
    return 0;
}

/* --- names ---------------------------------------------------------------------------------------------------- */

static int do_rename(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    char first[PATH_MAX], second[PATH_MAX];
    enter();
    int inside = resolve(from_at, from, 0, first), other = resolve(to_at, to, 0, second);
    if (inside != other) give_up("a name is moved across the edge of the watched folder", from);
    if (inside && (!*first || !*second)) give_up("the watched folder itself is renamed", from);
    if (inside && (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE))) give_up("a rename of an unknown kind", from);
    if (inside) step(first);
    int result = syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    if (inside && result == 0)
        put(flags & RENAME_EXCHANGE ? EXCHANGED : RENAMED, 0, 0, 0, 0, first, second, NULL, 0);
    leave();
    return result;
}
int rename(const char *from, const char *to) { return do_rename(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return do_rename(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return do_rename(a, from, b, to, flags);
}

static int do_unlink(int at, const char *path, int flags) {
    char relative[PATH_MAX];
    enter();
    int inside = resolve(at, path, 0, relative);
    if (inside && !*relative) give_up("the watched folder itself is removed", path);
    if (inside) step(relative);
    int result = syscall(SYS_unlinkat, at, path, flags);
    if (inside && result == 0)
        put(flags & AT_REMOVEDIR ? FOLDER_REMOVED : UNLINKED, 0, 0, 0, 0, relative, NULL, NULL, 0);
    leave();
    return result;
}
int unlink(const char *path) { return do_unlink(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return do_unlink(at, path, flags); }
int rmdir(const char *path) { return do_unlink(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    struct stat about;
    if (lstat(path, &about) != 0) return -1;
    return do_unlink(AT_FDCWD, path, S_ISDIR(about.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int at, const char *path, mode_t mode) {
    char relative[PATH_MAX];
    struct stat about;
    enter();
    int inside = resolve(at, path, 0, relative);
    if (inside) step(relative);
    int result = syscall(SYS_mkdirat, at, path, mode);
    if (inside && result == 0) {
        mode_t given = fstatat(at, path, &about, 0) == 0 ? about.st_mode & 07777 : 0700;
        put(FOLDER_MADE, 0, 0, 0, given, relative, NULL, NULL, 0);
    }
    leave();
    return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    char first[PATH_MAX] = "", second[PATH_MAX];
    uint64_t handle = 0;
    int fd = -1, inside;
    enter();
    int other = resolve(to_at, to, 0, second);
    if ((flags & AT_EMPTY_PATH) && !*from) fd = from_at;
    else if (!strncmp(from, "/proc/self/fd/", 14)) fd = atoi(from + 14);
    if (fd >= 0) {
        struct descriptor *entry = watched(fd);
        inside = entry != NULL;
        handle = entry ? entry->handle : 0;
    } else {
        inside = resolve(from_at, from, (flags & AT_SYMLINK_FOLLOW) != 0, first);
    }
    if (inside != other) give_up("a link is made across the edge of the watched folder", from);
    if (inside) step(second);
    int result = syscall(SYS_linkat, from_at, from, to_at, to, flags);
    if (inside && result == 0) put(LINKED, 0, handle, 0, 0, first, second, NULL, 0);
    leave();
    return result;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlinkat(const char *target, int at, const char *path) {
    char relative[PATH_MAX];
    enter();
    int inside = resolve(at, path, 0, relative);
    if (inside) step(relative);
    int result = syscall(SYS_symlinkat, target, at, path);
    if (inside && result == 0) put(SYMLINKED, 0, 0, 0, 0, relative, target, NULL, 0);
    leave();
    return result;
}
int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

/* --- ways around write: refused into a watched file, so that the caller falls back to read and write ---------- */

static int is_watched(int fd) {
    enter();
    int found = watched(fd) != NULL;
    leave();
    return found;
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t bytes, unsigned flags) {
    if (!is_watched(out)) return syscall(SYS_copy_file_range, in, from, out, to, bytes, flags);
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile(int out, int in, off_t *offset, size_t bytes) {
    if (!is_watched(out)) return syscall(SYS_sendfile, out, in, offset, bytes);
    errno = EINVAL;
    return -1;
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t bytes) { return sendfile(out, in, offset, bytes); }
ssize_t splice(int in, off64_t *from, int out, off64_t *to, size_t bytes, unsigned flags) {
    if (!is_watched(out)) return syscall(SYS_splice, in, from, out, to, bytes, flags);
    errno = EINVAL;
    return -1;
}

/* A shared writable mapping changes a file without a call. SQLite's index of a write-ahead log is one, and is made
 * anew after a crash, so names ending in -shm may be mapped; anything else ends the program. */
void *mmap(void *where, size_t bytes, int protection, int flags, int fd, off_t offset) {
    int shared = (flags & MAP_TYPE) == MAP_SHARED || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;
    if (shared && fd >= 0 && !(flags & MAP_ANONYMOUS) && (protection & PROT_WRITE)) {
        enter();
        if (watched(fd)) {
            char link[40], path[PATH_MAX];
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            ssize_t length = readlink(link, path, sizeof path - 1);
            path[length < 0 ? 0 : length] = '\0';
            if (length < 4 || strcmp(path + length - 4, "-shm"))
                give_up("a file is mapped shared and writable", path);
        }
        leave();
    }
    return (void *)syscall(SYS_mmap, where, bytes, protection, flags, fd, offset);
}
void *mmap64(void *where, size_t bytes, int protection, int flags, int fd, off64_t offset) {
    return mmap(where, bytes, protection, flags, fd, offset);
}
