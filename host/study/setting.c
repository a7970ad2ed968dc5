/* What can be set of an experiment; see setting.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/setting.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 32 };

static void *at(const struct setting *setting, void *values)
{
    return (char *)values + setting->offset;
}

static const void *at_const(const struct setting *setting, const void *values)
{
    return (const char *)values + setting->offset;
}

static void refuse_others(const struct setting *settings, struct cfg *cfg,
                          const config_setting_t *group)
{
    const char *keys[KEYS_MAX + 1] = {NULL};
    for (size_t i = 0; i < KEYS_MAX && settings[i].key; i++)
        keys[i] = settings[i].key;
    cfg_only(cfg, group, keys);
}

static void read_one(const struct setting *setting, struct cfg *cfg, const config_setting_t *group,
                     void *values)
{
    void *value = at(setting, values);
    switch (setting->type) {
    case SETTING_NUMBER:
        *(uint64_t *)value = cfg_uint(cfg, group, setting->key, setting->minimum, setting->maximum,
                                      setting->otherwise);
        break;
    case SETTING_SECONDS:
        *(uint64_t *)value = cfg_seconds(cfg, group, setting->key, setting->minimum,
                                         setting->maximum, setting->otherwise);
        break;
    case SETTING_TEXT:
        *(const char **)value = cfg_text(cfg, group, setting->key, setting->otherwise_text);
        break;
    case SETTING_CHOICE:
        *(unsigned int *)value =
            cfg_choice(cfg, group, setting->key, setting->choices, setting->otherwise_text);
        break;
    }
}

void settings_read(const struct setting *settings, struct cfg *cfg, const config_setting_t *group,
                   const config_setting_t *above, const void *given, size_t bytes, void *values)
{
    if (group)
        refuse_others(settings, cfg, group);
    if (given)
        memcpy(values, given, bytes);
    for (; settings->key; settings++) {
        bool said = group && config_setting_get_member(group, settings->key);
        if (said || !given)
            read_one(settings, cfg, group ? group : above, values);
    }
}

bool settings_set(const struct setting *settings, void *values, const char *key, uint64_t value)
{
    for (; settings->key; settings++)
        if (strcmp(settings->key, key) == 0 &&
            (settings->type == SETTING_NUMBER || settings->type == SETTING_SECONDS)) {
            *(uint64_t *)at(settings, values) = value;
            return true;
        }
    return false;
}

uint64_t settings_get(const struct setting *settings, const void *values, const char *key)
{
    for (; settings->key; settings++)
        if (strcmp(settings->key, key) == 0 &&
            (settings->type == SETTING_NUMBER || settings->type == SETTING_SECONDS))
            return *(const uint64_t *)at_const(settings, values);
    return 0;
}

static json_t *value_json(const struct setting *setting, const void *values)
{
    const void *value = at_const(setting, values);
    switch (setting->type) {
    case SETTING_TEXT:
        return json_string(*(const char *const *)value);
    case SETTING_CHOICE:
        return json_string(setting->choices[*(const unsigned int *)value]);
    default:
        return json_integer((json_int_t) * (const uint64_t *)value);
    }
}

void settings_json(const struct setting *settings, const void *values, json_t *object)
{
    char key[64];
    for (; settings->key; settings++) {
        int stem = (int)strlen(settings->key);
        if (settings->type == SETTING_SECONDS)
            snprintf(key, sizeof key, "%.*s_ns", stem - 2, settings->key);
        else
            snprintf(key, sizeof key, "%s", settings->key);
        json_object_set_new(object, key, value_json(settings, values));
    }
}
