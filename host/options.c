/* Command-line options; see options.h.
 *
 * argp prints its complaints itself, in two lines and without help. So the words are looked at
 * beforehand, and argp only sees what it will accept.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <stdbool.h>
#include <string.h>

#include "nearest.h"

enum { NAMES_MAX = 32 };

struct companion {
    void *input;
    struct error *error;
};

void *options_input(const struct argp_state *state)
{
    return ((struct companion *)state->input)->input;
}

struct error *options_error(const struct argp_state *state)
{
    return ((struct companion *)state->input)->error;
}

static const struct argp_option *find(const struct argp *argp, const char *name, size_t length)
{
    for (const struct argp_option *option = argp->options; option->name; option++)
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

static int unknown(const struct argp *argp, const char *word, size_t length, struct error *error)
{
    char given[NAMES_MAX];
    const char *names[NAMES_MAX] = {NULL};
    size_t count = 0;
    for (const struct argp_option *option = argp->options; option->name; option++)
        if (count < NAMES_MAX - 1)
            names[count++] = option->name;
    if (length >= sizeof given)
        length = sizeof given - 1;
    memcpy(given, word, length);
    given[length] = '\0';
    return nearest_unknown(error, "option", given, names);
}

// Looks at argv[*i], and moves *i over the option's value.
static int check_word(const struct argp *argp, int argc, char **argv, int *i, struct error *error)
{
    const char *word = argv[*i];
    if (word[0] != '-' || word[1] == '\0')
        return 0;
    if (word[1] != '-')
        return unknown(argp, word, strlen(word), error);
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    bool has_value = name[length] == '=';
    if (strcmp(word, "--help") == 0 || strcmp(word, "--usage") == 0)
        return 0;
    const struct argp_option *option = find(argp, name, length);
    if (!option)
        return unknown(argp, name, length, error);
    if (!option->arg)
        return has_value ? error_set(error, EXIT_USAGE, "--%s takes no value (leave out '%.40s')",
                                     option->name, name + length)
                         : 0;
    if (has_value)
        return 0;
    if (++*i == argc)
        return error_set(error, EXIT_USAGE, "--%s wants a value: --%s %s", option->name,
                         option->name, option->arg);
    return 0;
}

int options_parse(const struct argp *argp, int argc, char **argv, void *input, struct error *error)
{
    struct companion companion = {input, error};
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (check_word(argp, argc, argv, &i, error) < 0)
            return -1;
    error->text[0] = '\0';
    if (argp_parse(argp, argc, argv, 0, NULL, &companion) == 0)
        return 0;
    if (error->text[0] == '\0')
        error_set(error, EXIT_USAGE, "cannot read the command line");
    return -1;
}
