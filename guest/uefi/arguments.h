/* The command line: the loader's load options, or the file cmdline.txt beside the loader.
 *
 * Load options are what a boot entry (efibootmgr -u), the UEFI shell or QEMU's -append give.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ARGUMENTS_H
#define THRICE_ARGUMENTS_H

#include <stddef.h>

#include <efi.h>

/* Writes one line of ASCII, empty where there are no arguments, cut to size - 1 characters. */
void arguments_read(EFI_LOADED_IMAGE *loader, char *text, size_t size);

#endif
