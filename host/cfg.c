/* Files in libconfig's syntax, read strictly; see cfg.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cfg.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "nearest.h"

enum { FILE_MAX_BYTES = 1 << 20 };

static char *read_whole(const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    char *text = malloc(FILE_MAX_BYTES + 1);
    size_t length = file && text ? fread(text, 1, FILE_MAX_BYTES + 1, file) : 0;
    if (!file || !text || ferror(file))
        error_set_errno(error, EXIT_USAGE, errno, "%s", path);
    else if (length > FILE_MAX_BYTES || memchr(text, '\0', length))
        error_set(error, EXIT_USAGE, "%s: no text of at most a megabyte", path);
    else {
        text[length] = '\0';
        fclose(file);
        return text;
    }
    if (file)
        fclose(file);
    free(text);
    return NULL;
}

int cfg_open(struct cfg *cfg, const char *path, struct error *error)
{
    char *text = read_whole(path, error);
    if (!text) {
        *cfg = (struct cfg){.error = error, .failed = true};
        config_init(&cfg->parsed);
        return -1;
    }
    int code = cfg_parse(cfg, path, text, error);
    free(text);
    return code;
}

// The line of an @include, which libconfig would follow; 0 when there is none.
static unsigned int include_line(const char *text)
{
    unsigned int line = 1;
    for (; *text; text++, line++) {
        text += strspn(text, " \t\r\f\v");
        if (strncmp(text, "@include", 8) == 0)
            return line;
        text += strcspn(text, "\n");
        if (!*text)
            return 0;
    }
    return 0;
}

int cfg_parse(struct cfg *cfg, const char *name, const char *text, struct error *error)
{
    unsigned int line = include_line(text);
    *cfg = (struct cfg){.error = error, .text = strdup(text)};
    snprintf(cfg->name, sizeof cfg->name, "%s", name);
    config_init(&cfg->parsed);
    cfg->failed = true;
    if (line > 0)
        return error_set(error, EXIT_USAGE, "%s:%u: @include is not taken: a file is to be whole",
                         name, line);
    if (!cfg->text)
        return error_set(error, EXIT_FAILED, "out of memory for %s", name);
    if (config_read_string(&cfg->parsed, text) != CONFIG_TRUE)
        return error_set(error, EXIT_USAGE, "%s:%d: %s", name, config_error_line(&cfg->parsed),
                         config_error_text(&cfg->parsed));
    cfg->failed = false;
    return 0;
}

void cfg_close(struct cfg *cfg)
{
    config_destroy(&cfg->parsed);
    free(cfg->text);
    cfg->text = NULL;
}

// What the file as a whole lacks is told with its last line.
static unsigned int line_of(const struct cfg *cfg, const config_setting_t *setting)
{
    unsigned int line = 1;
    if (!config_setting_is_root(setting))
        return config_setting_source_line(setting);
    for (const char *c = cfg->text; *c; c++)
        line += *c == '\n' && c[1];
    return line;
}

void cfg_refuse(struct cfg *cfg, const config_setting_t *setting, const char *format, ...)
{
    char what[400];
    va_list arguments;
    if (cfg->failed)
        return;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    cfg->failed = true;
    error_set(cfg->error, EXIT_USAGE, "%s:%u: %s", cfg->name, line_of(cfg, setting), what);
}

void cfg_only(struct cfg *cfg, const config_setting_t *group, const char *const *keys)
{
    struct error unknown;
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned int)i);
        const char *name = config_setting_name(member);
        bool known = false;
        for (const char *const *key = keys; *key; key++)
            known = known || strcmp(name, *key) == 0;
        if (known)
            continue;
        nearest_unknown(&unknown, "key", name, keys);
        cfg_refuse(cfg, member, "%s", unknown.text);
    }
}

// The member, where there is one; else refuses the group for the want of it, if it is required.
static const config_setting_t *member_of(struct cfg *cfg, const config_setting_t *group,
                                         const char *key, bool required)
{
    const config_setting_t *member = config_setting_get_member(group, key);
    if (!member && required)
        cfg_refuse(cfg, group, "'%s' is missing", key);
    return member;
}

// Texts become words of a command, a table or a message: without control characters.
static bool is_line(const char *text)
{
    while (*text && !iscntrl((unsigned char)*text))
        text++;
    return !*text;
}

const char *cfg_text(struct cfg *cfg, const config_setting_t *group, const char *key,
                     const char *otherwise)
{
    const config_setting_t *member = member_of(cfg, group, key, otherwise == CFG_REQUIRED);
    if (!member)
        return otherwise ? otherwise : "";
    const char *text = config_setting_get_string(member);
    bool may_be_empty = otherwise && !*otherwise;
    if (!text || (!*text && !may_be_empty) || !is_line(text))
        cfg_refuse(cfg, member, "'%s' wants a text of one line", key);
    return text ? text : "";
}

unsigned int cfg_choice(struct cfg *cfg, const config_setting_t *group, const char *key,
                        const char *const *choices, const char *otherwise)
{
    struct error unknown;
    const char *text = cfg_text(cfg, group, key, otherwise);
    for (unsigned int i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0)
            return i;
    nearest_unknown(&unknown, key, text, choices);
    const config_setting_t *member = config_setting_get_member(group, key);
    cfg_refuse(cfg, member ? member : group, "%s", unknown.text);
    return 0;
}

static bool is_whole(const config_setting_t *member)
{
    int type = config_setting_type(member);
    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

uint64_t cfg_uint(struct cfg *cfg, const config_setting_t *group, const char *key, uint64_t minimum,
                  uint64_t maximum, uint64_t otherwise)
{
    const config_setting_t *member = member_of(cfg, group, key, otherwise == CFG_REQUIRED_UINT);
    if (!member)
        return otherwise;
    long long value = config_setting_get_int64(member);
    if (is_whole(member) && value >= 0 && (uint64_t)value >= minimum && (uint64_t)value <= maximum)
        return (uint64_t)value;
    cfg_refuse(cfg, member, "'%s' wants a whole number from %llu to %llu", key,
               (unsigned long long)minimum, (unsigned long long)maximum);
    return minimum;
}

static bool number_of(const config_setting_t *member, double *value)
{
    *value = is_whole(member) ? (double)config_setting_get_int64(member)
                              : config_setting_get_float(member);
    return (is_whole(member) || config_setting_type(member) == CONFIG_TYPE_FLOAT) &&
           isfinite(*value);
}

uint64_t cfg_seconds(struct cfg *cfg, const config_setting_t *group, const char *key,
                     uint64_t minimum_ns, uint64_t maximum_ns, uint64_t otherwise_ns)
{
    double seconds, low = (double)minimum_ns / NS_PER_S, high = (double)maximum_ns / NS_PER_S;
    const config_setting_t *member = member_of(cfg, group, key, otherwise_ns == CFG_REQUIRED_UINT);
    if (!member)
        return otherwise_ns;
    if (number_of(member, &seconds) && seconds >= low && seconds <= high)
        return (uint64_t)llround(seconds * NS_PER_S);
    cfg_refuse(cfg, member, "'%s' wants seconds from %g to %g", key, low, high);
    return minimum_ns;
}

double cfg_number(struct cfg *cfg, const config_setting_t *group, const char *key, double otherwise)
{
    double value;
    const config_setting_t *member = config_setting_get_member(group, key);
    if (!member)
        return otherwise;
    if (!number_of(member, &value))
        cfg_refuse(cfg, member, "'%s' wants a number", key);
    return value;
}

bool cfg_bool(struct cfg *cfg, const config_setting_t *group, const char *key, bool otherwise)
{
    const config_setting_t *member = config_setting_get_member(group, key);
    if (!member)
        return otherwise;
    if (config_setting_type(member) != CONFIG_TYPE_BOOL)
        cfg_refuse(cfg, member, "'%s' wants true or false", key);
    return config_setting_get_bool(member) != 0;
}

const config_setting_t *cfg_group(struct cfg *cfg, const config_setting_t *group, const char *key,
                                  bool required)
{
    const config_setting_t *member = member_of(cfg, group, key, required);
    if (!member || config_setting_is_group(member))
        return member;
    cfg_refuse(cfg, member, "'%s' wants a group: { ... }", key);
    return NULL;
}

const config_setting_t *cfg_groups(struct cfg *cfg, const config_setting_t *group, const char *key,
                                   bool required)
{
    const config_setting_t *member = member_of(cfg, group, key, required);
    bool good = member && config_setting_is_list(member);
    for (int i = 0; good && i < config_setting_length(member); i++)
        good = config_setting_is_group(config_setting_get_elem(member, (unsigned int)i));
    if (!member || good)
        return member;
    cfg_refuse(cfg, member, "'%s' wants a list of groups: ( { ... }, ... )", key);
    return NULL;
}

const config_setting_t *cfg_texts(struct cfg *cfg, const config_setting_t *group, const char *key,
                                  bool required)
{
    const config_setting_t *member = member_of(cfg, group, key, required);
    bool good = member && (config_setting_is_array(member) || config_setting_is_list(member));
    for (int i = 0; good && i < config_setting_length(member); i++) {
        const char *text = config_setting_get_string_elem(member, i);
        good = text && is_line(text);
    }
    if (!member || good)
        return member;
    cfg_refuse(cfg, member, "'%s' wants an array of texts of one line: [ \"...\", ... ]", key);
    return NULL;
}
