/* What the kernel allows who asks: namespaces, the device of taps. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PERMISSIONS_H
#define THRICE_PERMISSIONS_H

#include <stdbool.h>

#include "doctor/finding.h"

/* Whether ordinary users may make user namespaces: the settings of Linux, of Debian, and of
 * Ubuntu's AppArmor. root needs none. root_folder stands before the paths, as in settings.h. */
void permissions_find_namespaces(struct finding *finding, bool is_root, const char *root_folder);

/* Whether /dev/net/tun opens. */
void permissions_find_tun(struct finding *finding);

#endif
