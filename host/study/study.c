/* The studies that are installed, and what is in one; see study.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/study.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "artefact.h"
#include "nearest.h"

#define SUFFIX ".cfg"

static bool has_suffix(const char *name)
{
    size_t length = strlen(name);
    return length >= sizeof SUFFIX && strcmp(name + length - (sizeof SUFFIX - 1), SUFFIX) == 0;
}

static int is_study_file(const struct dirent *entry)
{
    return has_suffix(entry->d_name);
}

char **study_names(void)
{
    char path[PATH_MAX];
    struct dirent **entries = NULL;
    artefact_path(path, "studies");
    int count = scandir(path, &entries, is_study_file, alphasort);
    char **names = calloc((size_t)(count > 0 ? count : 0) + 1, sizeof *names);
    for (int i = 0; i < count; i++) {
        size_t length = strlen(entries[i]->d_name) - (sizeof SUFFIX - 1);
        if (names)
            names[i] = strndup(entries[i]->d_name, length);
        free(entries[i]);
    }
    free(entries);
    return names;
}

void study_names_free(char **names)
{
    for (char **name = names; name && *name; name++)
        free(*name);
    free(names);
}

static struct study *unknown(const char *name, struct error *error)
{
    char **names = study_names();
    if (names && names[0])
        nearest_unknown(error, "study", name, (const char *const *)names);
    else
        error_set(error, EXIT_LACKING, "there are no studies beside the program (run `make`)");
    study_names_free(names);
    return NULL;
}

struct study *study_find(const char *name, struct error *error)
{
    char path[PATH_MAX];
    if (strchr(name, '/') || has_suffix(name))
        return study_read(name, error);
    char **names = study_names();
    bool known = false;
    for (char **each = names; each && *each; each++)
        known = known || strcmp(*each, name) == 0;
    study_names_free(names);
    if (!known)
        return unknown(name, error);
    artefact_path(path, "studies/%s" SUFFIX, name);
    return study_read(path, error);
}

struct study *study_of_folder(const char *folder, const char *name, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s/study.cfg", PATH_MAX - 100, folder);
    return access(path, F_OK) == 0 ? study_read(path, error) : study_find(name, error);
}

const struct scenario *study_scenario(const struct study *study, const char *name,
                                      struct error *error)
{
    const char *names[STUDY_SCENARIOS_MAX + 1] = {NULL};
    for (size_t i = 0; i < study->scenario_count; i++) {
        if (strcmp(study->scenarios[i].name, name) == 0)
            return &study->scenarios[i];
        names[i] = study->scenarios[i].name;
    }
    nearest_unknown(error, "scenario", name, names);
    return NULL;
}

bool scenario_suits(const struct scenario *scenario, const char *environment)
{
    const char *const *each = scenario->environments;
    if (!each)
        return true;
    for (; *each; each++)
        if (strcmp(*each, environment) == 0)
            return true;
    return false;
}

const struct published_value *published_value(const struct published *published, const char *figure)
{
    for (size_t i = 0; i < published->value_count; i++)
        if (strcmp(published->values[i].figure->name, figure) == 0)
            return &published->values[i];
    return NULL;
}
