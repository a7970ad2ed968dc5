/* The table of descriptors: an array of files, and a bitmap to find the lowest free one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptor.h"

#include <errno.h>
#include <string.h>

#include "console_file.h"
#include "epoll.h"
#include "memory.h"
#include "net_limits.h"
#include "panic.h"

#define DESCRIPTORS_BESIDES_CONNECTIONS 64

struct file **descriptor_table;
unsigned descriptor_limit;

static uint64_t *free_bits;  /* one for each descriptor, set while it is free */
static unsigned lowest_word; /* no bit is set in any word below */

static void *pages_zeroed(size_t bytes)
{
    size_t pages = (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    void *memory = page_alloc(pages);

    if (!memory)
        panic("no memory for %u descriptors", descriptor_limit);
    return memset(memory, 0, pages * PAGE_SIZE);
}

void descriptor_init(void)
{
    descriptor_limit = (net_limits.connections + DESCRIPTORS_BESIDES_CONNECTIONS) & ~63u;
    descriptor_table = pages_zeroed(descriptor_limit * sizeof(*descriptor_table));
    free_bits = pages_zeroed(descriptor_limit / 8);
    memset(free_bits, 0xff, descriptor_limit / 8);
    for (int i = 0; i < 3; i++)
        descriptor_open(console_file());
}

int descriptor_take(struct file *file, unsigned descriptor)
{
    free_bits[descriptor / 64] &= ~(1ull << descriptor % 64);
    descriptor_table[descriptor] = file;
    file->references++;
    return (int)descriptor;
}

bool descriptor_table_is_full(void)
{
    while (lowest_word < descriptor_limit / 64 && free_bits[lowest_word] == 0)
        lowest_word++;
    return lowest_word == descriptor_limit / 64;
}

int descriptor_open(struct file *file)
{
    if (descriptor_table_is_full())
        return -EMFILE;
    unsigned bit = (unsigned)__builtin_ctzll(free_bits[lowest_word]);
    return descriptor_take(file, lowest_word * 64 + bit);
}

int descriptor_close(int descriptor)
{
    struct file *file = descriptor_file(descriptor);
    unsigned word = (unsigned)descriptor / 64;

    if (!file)
        return -EBADF;
    descriptor_table[descriptor] = NULL;
    free_bits[word] |= 1ull << descriptor % 64;
    if (word < lowest_word)
        lowest_word = word;
    if (--file->references == 0) {
        file_forget_watches(file);
        file->operations->close(file);
    }
    return 0;
}
