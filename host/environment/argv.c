/* An argument vector that grows; see argv.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/argv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void argv_add(struct argv *argv, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (argv->count == ARGV_MAX || vasprintf(&argv->word[argv->count], format, arguments) < 0)
        abort();
    va_end(arguments);
    argv->word[++argv->count] = NULL;
}

void argv_add_list(struct argv *argv, const char *const *words)
{
    for (; words && *words; words++)
        argv_add(argv, "%s", *words);
}

void argv_add_running(struct argv *argv, pid_t pid)
{
    char path[64], text[32768];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[length] = '\0';
    for (size_t at = 0; at < length && argv->count < ARGV_MAX - 1; at += strlen(text + at) + 1)
        argv_add(argv, "%s", text + at);
}

json_t *argv_json(const struct argv *argv)
{
    json_t *array = json_array();
    for (int i = 0; i < argv->count; i++)
        json_array_append_new(array, json_string(argv->word[i]));
    return array;
}

void argv_free(struct argv *argv)
{
    for (int i = 0; i < argv->count; i++)
        free(argv->word[i]);
    memset(argv, 0, sizeof *argv);
}
