/* The block device as a file: open("/dev/vda"), pread, pwrite, fsync, and the ioctls of a
 * disk. Linked only where one of them is called.
 *
 * Nothing is cached, so O_DIRECT and O_SYNC ask for nothing more than there is; offsets, lengths
 * are whole sectors, as O_DIRECT wants them, else EINVAL. What was written is on the device when
 * fsync() returns. While a call waits for the device, the network goes on.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "descriptor.h"
#include "file.h"
#include "heap.h"
#include "loop.h"
#include "result.h"
#include "time.h"
#include "virtio_blk.h"

/* <linux/fs.h> has it; the libc has not. */
#define BLKDISCARD _IO(0x12, 119)

#define TRANSFER_MAX (1ul << 30)    /* of one call; more is cut, as POSIX allows */
#define PATIENCE_NS  30000000000ull /* with a device that answers nothing */

struct block_file {
    struct file file; /* first */
    int access;       /* O_RDONLY, ... */
    uint64_t position;
};

static struct virtio_blk disk;
static enum { DISK_UNKNOWN, DISK_THERE, DISK_MISSING } disk_state;

static uint64_t disk_bytes(void)
{
    return disk.sectors * VIRTIO_BLK_SECTOR_BYTES;
}

/* Runs the event loop until the operation has room or is done, whichever is asked for. */
static void wait_for(const struct virtio_blk_operation *operation, uint32_t outstanding)
{
    uint32_t before = operation->outstanding;
    uint64_t deadline_ns = time_monotonic_ns() + PATIENCE_NS;

    virtio_blk_kick(&disk);
    for (;;) {
        virtio_blk_poll(&disk);
        if (operation->outstanding <= outstanding || disk.failed)
            return;
        if (operation->outstanding != before) /* a slow device is no silent one */
            deadline_ns = time_monotonic_ns() + PATIENCE_NS;
        before = operation->outstanding;
        if (disk.queue.fault != NULL)
            return virtio_blk_fail(&disk, disk.queue.fault);
        if (time_monotonic_ns() >= deadline_ns)
            return virtio_blk_fail(&disk, "has not answered for 30 s");
        loop_poll(); /* may take the interrupt: before the last look, not between it and the halt */
        if (!virtio_blk_arm(&disk))
            loop_sleep(deadline_ns);
        virtio_blk_disarm(&disk);
    }
}

static long status_of(const struct virtio_blk_operation *operation)
{
    if (disk.failed)
        return -EIO;
    switch (operation->status) {
    case VIRTIO_BLK_OK:
        return 0;
    case VIRTIO_BLK_UNSUPPORTED:
        return -EOPNOTSUPP;
    default:
        return -EIO;
    }
}

/* As many requests as the length needs, as many at once as the ring takes. */
static long perform(enum virtio_blk_type type, uint64_t offset, char *memory, uint64_t length,
                    uint64_t request_max)
{
    struct virtio_blk_operation operation = {0};
    uint64_t done = 0;

    do {
        uint64_t bytes = length - done < request_max ? length - done : request_max;
        if (virtio_blk_start(&disk, &operation, type, (offset + done) / VIRTIO_BLK_SECTOR_BYTES,
                             memory ? memory + done : NULL, bytes) == 0)
            done += bytes;
        else if (disk.failed || operation.outstanding == 0)
            return -EIO;
        else
            wait_for(&operation, operation.outstanding - 1);
    } while (done < length);
    wait_for(&operation, 0);
    return status_of(&operation);
}

/* Cuts a transfer at the end of the device. Returns its length, 0 at the end, or -EINVAL. */
static long transfer_length(uint64_t offset, size_t length)
{
    if (offset % VIRTIO_BLK_SECTOR_BYTES != 0 || length % VIRTIO_BLK_SECTOR_BYTES != 0)
        return -EINVAL;
    if (offset >= disk_bytes())
        return 0;
    uint64_t left = disk_bytes() - offset;
    if (length > left)
        length = left;
    return (long)(length < TRANSFER_MAX ? length : TRANSFER_MAX);
}

static long block_read(const struct block_file *block, void *data, size_t length, uint64_t offset)
{
    if (block->access == O_WRONLY)
        return -EBADF;
    long bytes = transfer_length(offset, length);
    if (bytes <= 0)
        return bytes;
    long status = perform(VIRTIO_BLK_READ, offset, data, (uint64_t)bytes, disk.request_bytes_max);
    return status < 0 ? status : bytes;
}

static long block_write(const struct block_file *block, const void *data, size_t length,
                        uint64_t offset)
{
    if (block->access == O_RDONLY)
        return -EBADF;
    long bytes = transfer_length(offset, length);
    if (bytes < 0 || length == 0)
        return bytes;
    if (bytes == 0)
        return -ENOSPC;
    long status =
        perform(VIRTIO_BLK_WRITE, offset, (void *)data, (uint64_t)bytes, disk.request_bytes_max);
    return status < 0 ? status : bytes;
}

static long block_flush(void)
{
    return disk.has_cache ? perform(VIRTIO_BLK_FLUSH, 0, NULL, 0, 1) : disk.failed ? -EIO : 0;
}

static long block_discard(const struct block_file *block, const uint64_t range[2])
{
    if (block->access == O_RDONLY)
        return -EBADF;
    if (disk.discard_sectors_max == 0)
        return -EOPNOTSUPP;
    if (range[0] % VIRTIO_BLK_SECTOR_BYTES != 0 || range[1] % VIRTIO_BLK_SECTOR_BYTES != 0 ||
        range[0] > disk_bytes() || range[1] > disk_bytes() - range[0])
        return -EINVAL;
    if (range[1] == 0)
        return 0;
    return perform(VIRTIO_BLK_DISCARD, range[0], NULL, range[1],
                   (uint64_t)disk.discard_sectors_max * VIRTIO_BLK_SECTOR_BYTES);
}

/* ---- the file -------------------------------------------------------------------------------- */

static ssize_t block_receive(struct file *file, struct message *message)
{
    struct block_file *block = (struct block_file *)file;
    ssize_t total = 0;

    for (int i = 0; i < message->count; i++) {
        const struct iovec *part = &message->parts[i];
        long got = block_read(block, part->iov_base, part->iov_len, block->position);
        if (got < 0)
            return total > 0 ? total : got;
        block->position += (uint64_t)got;
        total += got;
        if ((size_t)got < part->iov_len)
            break;
    }
    return total;
}

static ssize_t block_send(struct file *file, struct message *message)
{
    struct block_file *block = (struct block_file *)file;
    ssize_t total = 0;

    for (int i = 0; i < message->count; i++) {
        const struct iovec *part = &message->parts[i];
        long put = block_write(block, part->iov_base, part->iov_len, block->position);
        if (put < 0)
            return total > 0 ? total : put;
        block->position += (uint64_t)put;
        total += put;
        if ((size_t)put < part->iov_len)
            break;
    }
    return total;
}

static long block_ioctl(struct file *file, unsigned long request, void *argument)
{
    switch ((uint32_t)request) { /* the libc hands on an int */
    case BLKGETSIZE64:
        *(uint64_t *)argument = disk_bytes();
        return 0;
    case BLKSSZGET:
        *(int *)argument = VIRTIO_BLK_SECTOR_BYTES;
        return 0;
    case BLKROGET:
        *(int *)argument = disk.read_only;
        return 0;
    case BLKDISCARD:
        return block_discard((struct block_file *)file, argument);
    default:
        return -ENOTTY;
    }
}

static off_t block_seek(struct file *file, off_t offset, int from)
{
    struct block_file *block = (struct block_file *)file;
    off_t base = from == SEEK_CUR ? (off_t)block->position : (off_t)disk_bytes();
    off_t position;

    if (from != SEEK_SET && from != SEEK_CUR && from != SEEK_END)
        return -EINVAL;
    if (__builtin_add_overflow(from == SEEK_SET ? 0 : base, offset, &position) || position < 0)
        return -EINVAL;
    block->position = (uint64_t)position;
    return position;
}

static void block_close(struct file *file)
{
    heap_free(file);
}

static const struct file_operations block_operations = {
    .receive = block_receive,
    .send = block_send,
    .ioctl = block_ioctl,
    .seek = block_seek,
    .close = block_close,
};

static bool disk_is_there(void)
{
    if (disk_state == DISK_UNKNOWN)
        disk_state = virtio_blk_open(&disk, 0) == 0 ? DISK_THERE : DISK_MISSING;
    return disk_state == DISK_THERE;
}

static long block_open(const char *path, int flags)
{
    if (strcmp(path, "/dev/vda") != 0 || !disk_is_there())
        return -ENOENT;
    if ((flags & O_CREAT) && (flags & O_EXCL))
        return -EEXIST;
    if ((flags & O_ACCMODE) != O_RDONLY && disk.read_only)
        return -EACCES;
    struct block_file *block = heap_calloc(1, sizeof(*block));
    if (block == NULL)
        return -ENOMEM;
    block->file.operations = &block_operations;
    block->file.events = EPOLLIN | EPOLLOUT;
    block->access = flags & O_ACCMODE;
    int descriptor = descriptor_open(&block->file);
    if (descriptor < 0)
        heap_free(block);
    return descriptor;
}

/* ---- the calls ------------------------------------------------------------------------------- */

static struct block_file *block_of(int fd)
{
    struct file *file = descriptor_file(fd);

    return file && file->operations == &block_operations ? (struct block_file *)file : NULL;
}

/* The error of a call on something else. */
static long no_block(int fd, long error)
{
    return descriptor_file(fd) ? error : -EBADF;
}

int open(const char *path, int flags, ...)
{
    return (int)result(block_open(path, flags));
}

ssize_t pread(int fd, void *data, size_t length, off_t offset)
{
    const struct block_file *block = block_of(fd);

    if (!block)
        return result(no_block(fd, -ESPIPE));
    return result(offset < 0 ? -EINVAL : block_read(block, data, length, (uint64_t)offset));
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    const struct block_file *block = block_of(fd);

    if (!block)
        return result(no_block(fd, -ESPIPE));
    return result(offset < 0 ? -EINVAL : block_write(block, data, length, (uint64_t)offset));
}

int fsync(int fd)
{
    return (int)result(block_of(fd) ? block_flush() : no_block(fd, -EINVAL));
}

int fdatasync(int fd) __attribute__((alias("fsync")));
