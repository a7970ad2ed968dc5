/* The table of descriptors. Its size is what RLIMIT_NOFILE reports and follows the memory:
 * one for each connection the network allows, and some more.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DESCRIPTOR_H
#define THRICE_DESCRIPTOR_H

#include <stddef.h>

#include "file.h"

/* Allocates the table and opens 0, 1 and 2 on the console. */
void descriptor_init(void);

/* The lowest free descriptor, now naming the file (which gains a reference), or -EMFILE. */
int descriptor_open(struct file *file);

bool descriptor_table_is_full(void);

/* Opens this one, which must be free. */
int descriptor_take(struct file *file, unsigned descriptor);

/* Frees a descriptor, and closes the file when it was the last. 0 or -EBADF. */
int descriptor_close(int descriptor);

extern struct file **descriptor_table;
extern unsigned descriptor_limit;

/* The file that a descriptor names, or NULL. */
static inline struct file *descriptor_file(int descriptor)
{
    return (unsigned)descriptor < descriptor_limit ? descriptor_table[descriptor] : NULL;
}

#endif
