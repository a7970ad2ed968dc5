/* Standard input, output and error: the serial console. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CONSOLE_FILE_H
#define THRICE_CONSOLE_FILE_H

#include "file.h"

/* The one file of the console. Reading it finds its end at once. */
struct file *console_file(void);

#endif
