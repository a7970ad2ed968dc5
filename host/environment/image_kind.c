/* What a file's first bytes tell; see image_kind.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/image_kind.h"

#include <string.h>

static bool has(const unsigned char *head, size_t bytes, size_t offset, const void *magic,
                size_t length)
{
    return bytes >= offset + length && memcmp(head + offset, magic, length) == 0;
}

// 0x1BADB002, little-endian, aligned to four bytes (Multiboot specification, section 3.1).
static bool is_multiboot(const unsigned char *head, size_t bytes)
{
    for (size_t offset = 0; offset < bytes; offset += 4)
        if (has(head, bytes, offset, "\x02\xb0\xad\x1b", 4))
            return true;
    return false;
}

bool image_is_kernel(const unsigned char *head, size_t bytes)
{
    return has(head, bytes, 0,
               "\x7f"
               "ELF",
               4) ||
           has(head, bytes, 0x202, "HdrS", 4) || is_multiboot(head, bytes);
}

bool image_is_qcow2(const unsigned char *head, size_t bytes)
{
    return has(head, bytes, 0, "QFI\xfb", 4);
}

bool image_is_bootable(const unsigned char *head, size_t bytes)
{
    return has(head, bytes, 510, "\x55\xaa", 2);
}

bool image_is_tar(const unsigned char *head, size_t bytes)
{
    return has(head, bytes, 257, "ustar", 5);
}
