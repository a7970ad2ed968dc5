/* The command line, split once at boot; see cmdline.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmdline.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "console.h"
#include "panic.h"

#define CMDLINE_BYTES 4096

#define EXIT_BAD_OPTION 2

static char copy[CMDLINE_BYTES];
static char *options[CMDLINE_ITEMS_MAX + 1];
static char *arguments[CMDLINE_ITEMS_MAX + 1];
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
    if (*count == CMDLINE_ITEMS_MAX)
        panic("command line: more than %d items", CMDLINE_ITEMS_MAX);
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

static bool is_known(const char *option, const char *const *known)
{
    while (*known && !value_of(option, *known))
        known++;
    return *known != NULL;
}

void cmdline_refuse_unknown(const char *const *known)
{
    int i = 0;
    while (i < options_count && is_known(options[i], known))
        i++;
    if (i == options_count)
        return;
    console_printf("command line: there is no option %s, only", options[i]);
    for (; *known; known++)
        console_printf(" %s", *known);
    console_printf("; the payload's arguments go behind --\n");
    machine_exit(EXIT_BAD_OPTION);
}

void cmdline_refuse(const char *name, const char *value, const char *example)
{
    console_printf("command line: %s=%s cannot be; write it like %s=%s\n", name, value, name,
                   example);
    machine_exit(EXIT_BAD_OPTION);
}

int cmdline_argc(void)
{
    return arguments_count;
}

char **cmdline_argv(void)
{
    return arguments;
}
