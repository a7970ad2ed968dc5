/* Files that people write, in libconfig's syntax: read strictly, since a key that is misread or
 * ignored spoils a study silently.
 *
 * Errors stick: what is wrong first is told, with file and line, and whatever is asked for after it
 * is only to be ignored. So a reader asks for all it wants and looks at cfg_failed() at its end.
 * An @include is refused: a file is to be whole by itself.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CFG_H
#define THRICE_CFG_H

#include <libconfig.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct cfg {
    config_t parsed; /* all texts that are asked for lie in it */
    char *text;      /* the file as it is; owned */
    char name[PATH_MAX];
    struct error *error;
    bool failed;
};

/* A value that need not be there has another in its place; this one says that it must. */
#define CFG_REQUIRED      NULL
#define CFG_REQUIRED_UINT UINT64_MAX

/* Reads a file (or a text, to be named so in errors). Returns 0, or -1 and an error (EXIT_USAGE);
 * cfg_close() is right in both cases. error is kept, for all that follows.
 */
int cfg_open(struct cfg *cfg, const char *path, struct error *error);
int cfg_parse(struct cfg *cfg, const char *name, const char *text, struct error *error);
void cfg_close(struct cfg *cfg);

static inline bool cfg_failed(const struct cfg *cfg)
{
    return cfg->failed;
}

/* Tells what is wrong with a setting, unless something was before it: "FILE:LINE: ...". Of the file
 * as a whole (its root) the line is the last. */
void cfg_refuse(struct cfg *cfg, const config_setting_t *setting, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Refuses every key of the group that is not of the list, which ends in NULL, and names the
 * nearest. */
void cfg_only(struct cfg *cfg, const config_setting_t *group, const char *const *keys);

/* The member of a group: a text of one line, empty only where that is what stands in its place
 * otherwise; one of the list, which ends in
 * NULL, as its index; a whole number or, in nanoseconds, seconds within the bounds, both included;
 * any number; true or false.
 */
const char *cfg_text(struct cfg *cfg, const config_setting_t *group, const char *key,
                     const char *otherwise);
unsigned int cfg_choice(struct cfg *cfg, const config_setting_t *group, const char *key,
                        const char *const *choices, const char *otherwise);
uint64_t cfg_uint(struct cfg *cfg, const config_setting_t *group, const char *key, uint64_t minimum,
                  uint64_t maximum, uint64_t otherwise);
uint64_t cfg_seconds(struct cfg *cfg, const config_setting_t *group, const char *key,
                     uint64_t minimum_ns, uint64_t maximum_ns, uint64_t otherwise_ns);
double cfg_number(struct cfg *cfg, const config_setting_t *group, const char *key,
                  double otherwise);
bool cfg_bool(struct cfg *cfg, const config_setting_t *group, const char *key, bool otherwise);

/* The member that is a group, a list of groups, or an array (or list) of texts; NULL where it is
 * not there (an error if it is required) or is something else (an error).
 */
const config_setting_t *cfg_group(struct cfg *cfg, const config_setting_t *group, const char *key,
                                  bool required);
const config_setting_t *cfg_groups(struct cfg *cfg, const config_setting_t *group, const char *key,
                                   bool required);
const config_setting_t *cfg_texts(struct cfg *cfg, const config_setting_t *group, const char *key,
                                  bool required);

#endif
