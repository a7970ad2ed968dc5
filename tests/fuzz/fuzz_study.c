// sources: host/study/study_file.c host/study/setting.c host/cfg.c host/nearest.c host/error.c host/environment/payload.c
/* Fuzzes the reader of studies, which people write: a study that it takes is one, whole. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "environment/environment.h"
#include "study/experiment.h"
#include "study/study.h"

struct load {
    uint64_t rate;
    uint64_t length_ns;
    const char *path;
};

static const struct setting settings[] = {
    {.key = "rate_per_s", .offset = offsetof(struct load, rate), .minimum = 1, .maximum = 1000},
    {.key = "duration_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct load, length_ns),
     .minimum = 1,
     .maximum = 1000000000,
     .otherwise = 1},
    {.key = "path",
     .type = SETTING_TEXT,
     .offset = offsetof(struct load, path),
     .otherwise_text = "/"},
    {0},
};

static const struct experiment http = {
    .kind = "http", .settings = settings, .settings_bytes = sizeof(struct load), .warm_up = &http};
const struct experiment *const experiments[] = {&http, NULL};

const struct experiment *experiment_find(const char *kind)
{
    return strcmp(kind, "http") == 0 ? &http : NULL;
}

const struct environment *environment_find(const char *name, struct error *error)
{
    static const struct environment some;
    if (strcmp(name, "native") == 0)
        return &some;
    error_set(error, EXIT_USAGE, "unknown environment");
    return NULL;
}

// libconfig's scanner forgets a text that is not ended when it finds a syntax error.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {.code = EXIT_GOOD, .text = ""};
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct study *study = study_parse("fuzz.cfg", text, &error);
    if (!study && error.code == EXIT_GOOD)
        abort();
    for (size_t i = 0; study && i < study->scenario_count; i++) {
        const struct scenario *scenario = &study->scenarios[i];
        const struct load *load = scenario->full;
        if (!*scenario->not_yet && (load->rate > 1000 || load->length_ns < 1 || !*load->path))
            abort();
    }
    study_free(study);
    free(text);
    return 0;
}
