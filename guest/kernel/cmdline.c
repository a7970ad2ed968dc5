/* The command line, split once at boot; see cmdline.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmdline.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "panic.h"

#define CMDLINE_BYTES 4096
#define CMDLINE_ITEMS 128

static char copy[CMDLINE_BYTES];
static char *options[CMDLINE_ITEMS + 1];
static char *arguments[CMDLINE_ITEMS + 1];
static int options_count, arguments_count;

/* Cuts the next item off *rest, taking out double quotes; NULL at the end. */
static char *item_next(char **rest)
{
    char *from = *rest;
    while (*from == ' ')
        from++;
    if (!*from)
        return NULL;
    char *item = from, *to = from;
    bool quoted = false;
    for (; *from && (quoted || *from != ' '); from++) {
        if (*from == '"')
            quoted = !quoted;
        else
            *to++ = *from;
    }
    *rest = *from ? from + 1 : from;
    *to = '\0';
    return item;
}

static bool is_for_linux(const char *item)
{
    static const char prefix[] = "virtio_mmio.device=";
    return strncmp(item, prefix, sizeof prefix - 1) == 0;
}

static void push(char **list, int *count, char *item)
{
    if (*count == CMDLINE_ITEMS)
        panic("command line: more than %d items", CMDLINE_ITEMS);
    list[(*count)++] = item;
}

void cmdline_init(const char *text, const char *payload_name)
{
    size_t length = text ? strlen(text) : 0;
    if (length >= sizeof copy)
        panic("command line: %zu bytes, at most %zu fit", length, sizeof copy - 1);
    if (text)
        memcpy(copy, text, length + 1);
    push(arguments, &arguments_count, (char *)payload_name);
    char *rest = copy, *item;
    bool for_payload = false;
    while ((item = item_next(&rest))) {
        if (is_for_linux(item))
            continue;
        if (for_payload)
            push(arguments, &arguments_count, item);
        else if (strcmp(item, "--") == 0)
            for_payload = true;
        else
            push(options, &options_count, item);
    }
}

/* The option's value if it is the one of this name. */
static const char *value_of(const char *option, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(option, name, length) != 0)
        return NULL;
    if (option[length] == '=')
        return option + length + 1;
    return option[length] == '\0' ? "" : NULL;
}

const char *cmdline_option(const char *name)
{
    const char *value = NULL;
    for (int i = 0; i < options_count && !value; i++)
        value = value_of(options[i], name);
    return value;
}

const char *cmdline_unknown(const char *const *known)
{
    for (int i = 0; i < options_count; i++) {
        const char *const *name = known;
        while (*name && !value_of(options[i], *name))
            name++;
        if (!*name)
            return options[i];
    }
    return NULL;
}

int cmdline_argc(void)
{
    return arguments_count;
}

char **cmdline_argv(void)
{
    return arguments;
}
