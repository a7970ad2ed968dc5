/* What can be set of an experiment: a table of keys, and a struct of their values.
 *
 * From the table follow what a study's file may say, the defaults, the bounds, what study.json
 * tells of it and which option of the command line reaches it; an experiment declares its table
 * and reads its struct.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SETTING_H
#define THRICE_SETTING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cfg.h"

enum setting_type {
    SETTING_NUMBER,  /* uint64_t */
    SETTING_SECONDS, /* uint64_t, in ns; the key ends in "_s", that in study.json in "_ns" */
    SETTING_TEXT,    /* const char *, borrowed from the study's file */
    SETTING_CHOICE,  /* unsigned int: which of choices */
};

struct setting {
    const char *key;
    enum setting_type type;
    size_t offset;    /* in the struct */
    uint64_t minimum; /* of a number; ns of seconds */
    uint64_t maximum;
    uint64_t otherwise;         /* CFG_REQUIRED_UINT: the file must say it */
    const char *otherwise_text; /* of a text or a choice; NULL: the file must say it */
    const char *const *choices; /* ends in NULL */
};

/* A table of them ends in one without a key.
 *
 * Reads the values of a group (NULL: an empty one) into values, which has room for the struct.
 * With `given`, what the group does not say is as there; without, as the table says. Keys that are
 * not of the table are refused. Errors stick to cfg.
 */
void settings_read(const struct setting *settings, struct cfg *cfg, const config_setting_t *group,
                   const config_setting_t *above, const void *given, size_t bytes, void *values);

/* Sets a number or seconds (in ns) of that key; false when the table has none. Bounds are the
 * caller's. */
bool settings_set(const struct setting *settings, void *values, const char *key, uint64_t value);

/* The value of a number or of seconds (in ns) of that key; 0 when the table has none. */
uint64_t settings_get(const struct setting *settings, const void *values, const char *key);

/* Adds all of them to an object of JSON. */
void settings_json(const struct setting *settings, const void *values, json_t *object);

#endif
