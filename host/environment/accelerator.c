/* KVM or TCG; see accelerator.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/accelerator.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/program.h"
#include "nearest.h"

/* The probe (guest/probe) counts a million turns of a loop and then writes this value to
 * isa-debug-exit. On hardware that takes a millisecond, beside QEMU's start of 0.1 s.
 */
enum { PROBE_VALUE = 42 };
static const uint64_t PROBE_BOUND_NS = 2 * NS_PER_S;

const char *accelerator_name(const struct accelerator *accelerator)
{
    return accelerator->kvm ? "kvm" : "tcg";
}

__attribute__((format(printf, 3, 4))) static int decide(struct accelerator *accelerator, bool kvm,
                                                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    accelerator->kvm = kvm;
    vsnprintf(accelerator->reason, sizeof accelerator->reason, format, arguments);
    va_end(arguments);
    return 0;
}

static bool kvm_opens(void)
{
    int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static bool is_word_of(const char *line, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = line; (at = strstr(at, word)); at += length)
        if (at > line && at[-1] == ' ' && (at[length] == ' ' || at[length] == '\n'))
            return true;
    return false;
}

static bool cpu_virtualises(void)
{
    char line[8192];
    bool found = false;
    FILE *cpuinfo = fopen("/proc/cpuinfo", "re");
    if (!cpuinfo)
        return false;
    while (!found && fgets(line, sizeof line, cpuinfo))
        found =
            strncmp(line, "flags", 5) == 0 && (is_word_of(line, "vmx") || is_word_of(line, "svm"));
    fclose(cpuinfo);
    return found;
}

static int run_probe(struct program *qemu, bool kvm, struct error *error)
{
    char path[PATH_MAX];
    if (artefact_require(error, path, "images/probe.elf") < 0)
        return -1;
    const char *const argv[] = {"qemu-system-x86_64",
                                "-nodefaults",
                                "-no-user-config",
                                "-display",
                                "none",
                                "-no-reboot",
                                "-machine",
                                "microvm",
                                "-accel",
                                kvm ? "kvm" : "tcg",
                                "-cpu",
                                kvm ? "host" : "max",
                                "-m",
                                "32",
                                "-kernel",
                                path,
                                "-device",
                                "isa-debug-exit,iobase=0xf4,iosize=1",
                                NULL};
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = null};
    int code = program_start(qemu, &options, error);
    close(null);
    return code;
}

int accelerator_probe(bool kvm, double *ms, struct error *error)
{
    struct program qemu;
    const char *name = kvm ? "KVM" : "TCG";
    if (run_probe(&qemu, kvm, error) < 0)
        return -1;
    bool ended = program_wait(&qemu, PROBE_BOUND_NS);
    *ms = (double)(clock_now_ns() - qemu.started_ns) / NS_PER_MS;
    program_stop(&qemu);
    if (!ended)
        return error_set(error, EXIT_FAILED, "a tiny guest under %s was not done after %.0f ms",
                         name, *ms);
    if (!WIFEXITED(qemu.status) || WEXITSTATUS(qemu.status) != (PROBE_VALUE << 1 | 1))
        return error_set(error, EXIT_FAILED, "a tiny guest under %s failed", name);
    return 0;
}

static int choose_by_probe(struct accelerator *accelerator)
{
    struct error error;
    double ms;
    if (accelerator_probe(true, &ms, &error) < 0)
        return decide(accelerator, false, "%.150s", error.text);
    return decide(accelerator, true, "a tiny guest under KVM was done after %.0f ms", ms);
}

static int choose_best(struct accelerator *accelerator)
{
    if (!kvm_opens())
        return decide(accelerator, false, "/dev/kvm: %s", strerror(errno));
    if (!cpu_virtualises())
        return decide(accelerator, false,
                      "/dev/kvm opens, but the CPU shows neither vmx nor svm: it is not hardware");
    return choose_by_probe(accelerator);
}

int accelerator_choose(struct accelerator *accelerator, const char *wish, struct error *error)
{
    static const char *const wishes[] = {"auto", "kvm", "tcg", NULL};
    if (strcmp(wish, "auto") == 0)
        return choose_best(accelerator);
    if (strcmp(wish, "tcg") == 0)
        return decide(accelerator, false, "asked for");
    if (strcmp(wish, "kvm") != 0)
        return nearest_unknown(error, "accelerator", wish, wishes);
    if (!kvm_opens())
        return error_set_errno(error, EXIT_LACKING, errno,
                               "/dev/kvm (load the kvm module and join its group, or take "
                               "--accel tcg)");
    return decide(accelerator, true, "asked for%s",
                  cpu_virtualises() ? "" : ", although the CPU shows neither vmx nor svm");
}
