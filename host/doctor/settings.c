/* Settings, as a table; see settings.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/settings.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "measure/procfile.h"

/* A file whose content should be one of some words. Of "always [madvise] never" the word in
 * brackets counts.
 */
struct setting {
    const char *what;
    const char *path;
    const char *wanted[4];
    const char *remedy; /* where it is another */
    const char *good;   /* what a word that is a number means; or NULL */
};

static const struct setting settings[] = {
    {"clock source",
     "/sys/devices/system/clocksource/clocksource0/current_clocksource",
     {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page"},
     "each look at the clock is a trap or a slow access: boot with tsc=reliable if it is",
     NULL},
    {"governor",
     "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
     {"performance"},
     "the clock of the CPU follows the load: cpupower frequency-set -g performance",
     NULL},
    {"turbo",
     "/sys/devices/system/cpu/intel_pstate/no_turbo",
     {"1"},
     "the clock of the CPU follows its heat: echo 1 > "
     "/sys/devices/system/cpu/intel_pstate/no_turbo",
     "off"},
    {"boost",
     "/sys/devices/system/cpu/cpufreq/boost",
     {"0"},
     "the clock of the CPU follows its heat: echo 0 > /sys/devices/system/cpu/cpufreq/boost",
     "off"},
    {"huge pages",
     "/sys/kernel/mm/transparent_hugepage/enabled",
     {"madvise", "never"},
     "resident memory is counted in steps of 2 MiB: echo madvise > "
     "/sys/kernel/mm/transparent_hugepage/enabled",
     NULL},
    {"KSM",
     "/sys/kernel/mm/ksm/run",
     {"0"},
     "equal pages of guests are merged behind their backs: echo 0 > /sys/kernel/mm/ksm/run",
     "off"},
    {"NUMA",
     "/sys/devices/system/node/online",
     {"0"},
     "memory is nearer to some CPUs than to others: choose --cpus-server and --cpus-load of one "
     "node",
     "one node"},
};
const size_t settings_count = sizeof settings / sizeof settings[0];

// The word in brackets, or the first.
static void chosen_word(char *word, size_t size, const char *text, size_t length)
{
    const char *open = memchr(text, '[', length);
    const char *start = open ? open + 1 : text;
    size_t end = 0, room = length - (size_t)(start - text);
    while (end < room && end + 1 < size && !strchr("] \n", start[end]))
        end++;
    memcpy(word, start, end);
    word[end] = '\0';
}

static bool is_wanted(const struct setting *setting, const char *word)
{
    for (size_t i = 0; i < sizeof setting->wanted / sizeof setting->wanted[0]; i++)
        if (setting->wanted[i] && strcmp(setting->wanted[i], word) == 0)
            return true;
    return false;
}

void settings_find(struct finding *finding, size_t index, const char *root)
{
    const struct setting *setting = &settings[index];
    char path[PATH_MAX], text[200], word[64];
    struct error error;

    snprintf(path, sizeof path, "%s%s", root, setting->path);
    ssize_t length = procfile_read(path, text, sizeof text, &error);
    *finding = (struct finding){.what = setting->what, .verdict = FINDING_GOOD};
    if (length <= 0) {
        snprintf(finding->text, sizeof finding->text, "not to be set here");
        return;
    }
    chosen_word(word, sizeof word, text, (size_t)length);
    if (is_wanted(setting, word)) {
        snprintf(finding->text, sizeof finding->text, "%s", setting->good ? setting->good : word);
        return;
    }
    finding->verdict = FINDING_NOISY;
    snprintf(finding->text, sizeof finding->text, "%s: %s", word, setting->remedy);
}
