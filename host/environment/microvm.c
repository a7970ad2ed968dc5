/* The Linux microVM: Debian's cloud kernel and an initramfs with a tiny init and the payload. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <stdio.h>
#include <x86intrin.h>

#include "artefact.h"
#include "clock.h"
#include "environment/guest.h"
#include "environment/reference.h"

// Its init hands the button on to the payload, which has at most its connections to end.
static const uint64_t END_PATIENCE_NS = 20 * NS_PER_S;

static int microvm_check(const struct payload *payload, struct error *error)
{
    char path[PATH_MAX];
    if (payload->is_reference)
        return reference_refuse(payload, error);
    if (guest_check(error) < 0 || artefact_require(error, path, "images/vmlinux") < 0)
        return -1;
    return artefact_require(error, path, "images/%s.microvm.cpio", payload->name);
}

/* A quick boot without losing a device: no messages, no self-tests of the crypto code, no waiting
 * for entropy; panic=-1 ends QEMU rather than hang.
 */
#define QUICK_BOOT                                                                                 \
    "console=ttyS0 quiet panic=-1 ipv6.disable=1 random.trust_cpu=on mitigations=off "             \
    "cryptomgr.notests=1 no_timer_check"

/* The frequency of the time stamp counter, which the guest would otherwise have to measure against
 * a timer (and, translated, may hang in doing so). TCG hands the host's counter on, so it is
 * measured here: /proc/cpuinfo tells the clock of the moment, which is another thing.
 */
static unsigned long tsc_khz(void)
{
    uint64_t start_ns = clock_now_ns(), start = __rdtsc();
    clock_sleep_until_ns(start_ns + 20 * NS_PER_MS);
    uint64_t end_ns = clock_now_ns(), end = __rdtsc();
    return (unsigned long)((end - start) * NS_PER_MS / (end_ns - start_ns));
}

// Under KVM the guest asks kvmclock.
static void kernel_options(const struct server *server, char *text, size_t size)
{
    if (server->options.accelerator->kvm) {
        snprintf(text, size, QUICK_BOOT);
        return;
    }
    unsigned long khz = tsc_khz();
    snprintf(text, size, QUICK_BOOT " tsc=reliable tsc_early_khz=%lu lpj=%lu", khz, 2 * khz);
}

static int microvm_start(struct server *server, struct error *error)
{
    char kernel[PATH_MAX], initrd[PATH_MAX], options[512], command_line[1024];
    const char *payload = server->options.payload->name;

    kernel_options(server, options, sizeof options);
    if (artefact_require(error, kernel, "images/vmlinux") < 0 ||
        artefact_require(error, initrd, "images/%s.microvm.cpio", payload) < 0 ||
        guest_command_line(server, options, command_line, sizeof command_line, error) < 0)
        return -1;
    const struct guest_image image = {
        .kernel = kernel, .initrd = initrd, .command_line = command_line};
    return guest_start(server, &image, error);
}

static bool microvm_stop(struct server *server)
{
    return guest_power_off(server, END_PATIENCE_NS);
}

const struct environment environment_microvm = {
    .name = "microvm",
    .summary = "the container's static binary on Debian's Linux, without a distribution",
    .is_guest = true,
    .disk = "/dev/vda",
    .boot_ns = 3 * NS_PER_S,
    .check = microvm_check,
    .start = microvm_start,
    .ready = guest_ready,
    .checkpoint = guest_checkpoint,
    .restore = guest_restore,
    .migrate = guest_migrate,
    .stop = microvm_stop,
    .exit_status = guest_exit_status,
};
