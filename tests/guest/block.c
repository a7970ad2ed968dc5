// The disk as a file, whatever carries it: run-block gives it a disk of 3 MiB and one sector, and
// looks at the file behind it afterwards. What is asked comes as argument.
// status: 1
// append: -- missing
// console: block: missing ok
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#define BLKDISCARD _IO(0x12, 119) /* <linux/fs.h> has it; the libc has not */

#define SECTOR 512
#define LARGE  (3u << 20)

static int failures;
static unsigned char *data;

static void check(int good, const char *what)
{
    if (!good) {
        printf("FAILED %s (errno %d)\n", what, errno);
        failures++;
    }
}

static unsigned char byte_of(size_t i)
{
    return (unsigned char)(i * 31 + i / 4099);
}

static void missing(void)
{
    check(open("/dev/vda", O_RDWR) == -1 && errno == ENOENT, "no device: ENOENT");
    check(open("/etc/passwd", O_RDONLY) == -1 && errno == ENOENT, "no file system: ENOENT");
    check(pread(1, data, 1, 0) == -1 && errno == ESPIPE, "pread of the console: ESPIPE");
    check(fsync(99) == -1 && errno == EBADF, "fsync of nothing: EBADF");
}

static void transfer(int fd)
{
    uint64_t bytes = 0;
    check(ioctl(fd, BLKGETSIZE64, &bytes) == 0 && bytes == LARGE + SECTOR, "size");
    for (size_t i = 0; i < LARGE; i++)
        data[i] = byte_of(i);
    check(pwrite(fd, data, LARGE, SECTOR) == LARGE, "3 MiB written at once");
    memset(data, 0, LARGE);
    check(pread(fd, data, LARGE, SECTOR) == LARGE, "and read again");
    size_t wrong = 0;
    for (size_t i = 0; i < LARGE; i++)
        wrong += data[i] != byte_of(i);
    check(wrong == 0, "as written");
    check(pread(fd, data, SECTOR, 2 * SECTOR) == SECTOR && data[0] == byte_of(SECTOR),
          "one sector");
}

static void edges(int fd)
{
    check(pread(fd, data, 2 * SECTOR, LARGE) == SECTOR, "a read is cut at the end");
    check(pread(fd, data, SECTOR, LARGE + SECTOR) == 0, "a read at the end is empty");
    check(pwrite(fd, data, SECTOR, LARGE + SECTOR) == -1 && errno == ENOSPC,
          "a write at the end: ENOSPC");
    check(pwrite(fd, data, 4 * SECTOR, LARGE) == SECTOR, "a write is cut at the end");
    check(pread(fd, data, 100, 0) == -1 && errno == EINVAL, "part of a sector: EINVAL");
    check(pread(fd, data, SECTOR, 7) == -1 && errno == EINVAL, "between sectors: EINVAL");
    check(pread(fd, data, SECTOR, -512) == -1 && errno == EINVAL, "before the start: EINVAL");
    check(lseek(fd, 0, SEEK_END) == LARGE + SECTOR, "lseek to the end");
    check(lseek(fd, -(off_t)SECTOR, SEEK_CUR) == LARGE, "lseek back");
    check(read(fd, data, 4 * SECTOR) == SECTOR, "read goes on from there");
    check(read(fd, data, SECTOR) == 0, "and ends");
    check(lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL, "lseek before the start: EINVAL");
    check(lseek(1, 0, SEEK_CUR) == -1 && errno == ESPIPE, "lseek of the console: ESPIPE");
    check(write(fd, data, SECTOR) == -1 && errno == ENOSPC, "write goes on from there");
}

static void discard(int fd)
{
    uint64_t range[2] = {0, 1 << 20};
    errno = 0;
    int status = ioctl(fd, BLKDISCARD, range);
    check(status == 0 || errno == EOPNOTSUPP, "discard, where there is one");
    printf("block: discard %s\n", status == 0 ? "done" : "not offered");
    range[1] = (uint64_t)LARGE * 2;
    check(ioctl(fd, BLKDISCARD, range) == -1, "discard beyond the end");
}

static void good(void)
{
    int fd = open("/dev/vda", O_RDWR | O_DIRECT);
    check(fd > 2, "open");
    transfer(fd);
    edges(fd);
    discard(fd);
    int other = open("/dev/vda", O_RDONLY);
    check(pwrite(other, data, SECTOR, 0) == -1 && errno == EBADF, "opened for reading: EBADF");
    memset(data, 'x', SECTOR);
    check(pwrite(fd, data, SECTOR, 0) == SECTOR, "a mark");
    check(fsync(fd) == 0 && fdatasync(fd) == 0, "fsync");
    check(close(fd) == 0 && close(other) == 0, "close");
}

static void read_only(void)
{
    int fd = open("/dev/vda", O_RDONLY);
    check(open("/dev/vda", O_RDWR) == -1 && errno == EACCES, "read-only: EACCES");
    check(pread(fd, data, SECTOR, 0) == SECTOR, "it can be read");
}

// blkdebug lets the requests at sector 8 fail, and every flush.
static void broken(void)
{
    int fd = open("/dev/vda", O_RDWR);
    check(pread(fd, data, SECTOR, 0) == SECTOR, "a good sector is read");
    check(pread(fd, data, 8 * SECTOR, 8 * SECTOR) == -1 && errno == EIO, "a bad one: EIO");
    check(pwrite(fd, data, 8 * SECTOR, 8 * SECTOR) == -1 && errno == EIO, "written: EIO");
    check(pread(fd, data, LARGE, 0) == -1 && errno == EIO, "among others: EIO");
    check(pread(fd, data, SECTOR, 64 * SECTOR) == SECTOR, "then a good one");
    check(fsync(fd) == -1 && errno == EIO, "a flush that fails: EIO");
}

// Synced, and then nothing: whoever waits for this line kills the machine.
static void durable(void)
{
    int fd = open("/dev/vda", O_RDWR);
    for (size_t i = 0; i < LARGE; i++)
        data[i] = byte_of(i);
    check(pwrite(fd, data, LARGE, 0) == LARGE && fsync(fd) == 0, "written and synced");
    puts("block: synced");
    for (;;)
        sleep(1000);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"missing", missing},
                 {"good", good},
                 {"read-only", read_only},
                 {"broken", broken},
                 {"durable", durable}};
    data = malloc(LARGE);
    if (argc < 2 || data == NULL)
        return 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(argv[1], parts[i].name) == 0) {
            parts[i].run();
            if (failures == 0)
                printf("block: %s ok\n", argv[1]);
            return failures != 0;
        }
    return 1;
}
