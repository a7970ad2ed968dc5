/* The console as a file: writes go out at once, reads are at the end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "console_file.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "console.h"

static ssize_t console_receive(struct file *file, struct message *message)
{
    (void)file;
    (void)message;
    return 0;
}

static ssize_t console_send(struct file *file, struct message *message)
{
    (void)file;
    for (int i = 0; i < message->count; i++)
        console_write(message->parts[i].iov_base, message->parts[i].iov_len);
    return (ssize_t)message_bytes(message);
}

/* The libc asks for the window's size to learn whether this is a terminal: lines of stdout are
 * then written when they are complete, and not lost in its buffer when the machine ends.
 */
static long console_ioctl(struct file *file, unsigned long request, void *argument)
{
    (void)file;
    if (request != TIOCGWINSZ)
        return -ENOTTY;
    *(struct winsize *)argument = (struct winsize){.ws_row = 25, .ws_col = 80};
    return 0;
}

static void console_close(struct file *file)
{
    (void)file;
}

struct file *console_file(void)
{
    static const struct file_operations operations = {
        .receive = console_receive,
        .send = console_send,
        .ioctl = console_ioctl,
        .close = console_close,
    };
    static struct file file = {.operations = &operations, .events = EPOLLIN | EPOLLOUT};

    return &file;
}
