/* What QEMU tells of a guest by QMP: which of its threads are vCPUs, and, under KVM, why these left
 * the guest.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_QEMU_INSIDE_H
#define THRICE_QEMU_INSIDE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "environment/qmp.h"
#include "error.h"

enum { QEMU_VCPUS_MAX = 16 };

/* Thread ids of the vCPUs (query-cpus-fast), at most QEMU_VCPUS_MAX. Returns how many, at least
 * one, or -1 and an error.
 */
int qemu_inside_vcpus(const char *qmp_path, pid_t threads[QEMU_VCPUS_MAX], struct error *error);

/* Presses the machine's power button (system_powerdown). Returns whether QEMU took it. */
bool qemu_inside_power_button(const char *qmp_path);

/* Presses the machine's reset button (system_reset) at *pressed_ns (monotonic), and returns when it
 * boots anew: what answers from then on is no answer of before. Resets by the guest itself do not
 * end QEMU until qemu_inside_end_at_reset(): Debian's Linux without firmware needs some on q35
 * before it finds its memory as it wants it. Returns 0, or -1 and an error (EXIT_FAILED); the
 * machine may then be stopped.
 */
int qemu_inside_reset(const char *qmp_path, uint64_t *pressed_ns, struct error *error);

/* The same on a connection, for its test. */
int qemu_inside_reset_by(struct qmp *qmp, uint64_t *pressed_ns, struct error *error);

/* From here on QEMU ends when the guest resets itself, as it does after its start. */
void qemu_inside_end_at_reset(const char *qmp_path);

/* Stops the machine, with all that it has written in the files of its disks; and has it go on.
 * Each returns 0, or -1 and an error (EXIT_FAILED).
 */
int qemu_inside_pause(const char *qmp_path, struct error *error);
int qemu_inside_go_on(const char *qmp_path, struct error *error);

/* KVM's counters of exits and of halt polling since the start, summed over the vCPUs
 * (query-stats, since QEMU 7.1): {"exits": 12, "halt_exits": ...}. NULL where QEMU or the kernel
 * does not offer them. The caller owns it.
 */
json_t *qemu_inside_kvm_counters(const char *qmp_path);

/* after - before, counter by counter; NULL when either is. The caller owns it. */
json_t *qemu_inside_difference(const json_t *before, const json_t *after);

/* The parsers of the two replies, for their tests: as above. */
int qemu_inside_parse_vcpus(const json_t *cpus, pid_t threads[QEMU_VCPUS_MAX]);
json_t *qemu_inside_parse_counters(const json_t *statistics);

#endif
