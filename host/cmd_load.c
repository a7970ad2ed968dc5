/* thrice load: loads any HTTP or UDP server, and times its replies. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd_load.h"

#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "verb.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* A first Ctrl-C ends the load in order, with its figures; a second one kills. */
static void catch_signals(void)
{
    const struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void cmd_load_print_heading(void)
{
    printf("  %-10s %9s %9s %9s %9s %9s %9s %9s  ms\n", "", "mean", "sd", "p50", "p90", "p99",
           "p99.9", "max");
}

static double as_ms(double ns)
{
    return ns / 1e6;
}

void cmd_load_print_row(const char *name, const struct histogram *histogram)
{
    static const double percents[] = {50, 90, 99, 99.9};

    if (histogram->count == 0)
        return;
    printf("  %-10s %9.3f %9.3f", name, as_ms(histogram->mean_ns),
           as_ms(histogram_sd_ns(histogram)));
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++)
        printf(" %9.3f", as_ms((double)histogram_percentile_ns(histogram, percents[i])));
    printf(" %9.3f\n", as_ms((double)histogram->max_ns));
}

int cmd_load_print_json(json_t *json, struct error *error)
{
    if (json == NULL)
        return error_set(error, EXIT_FAILED, "out of memory for the record");
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(json);
    return 0;
}

static void print_help(void)
{
    printf("Usage: thrice load http [OPTION...] URL\n"
           "  or:  thrice load udp [OPTION...] ADDR:PORT\n"
           "Loads any server, and times its replies. `thrice load http --help` and\n"
           "`thrice load udp --help` explain the options.\n");
}

int cmd_load(int argc, char **argv, struct error *error)
{
    static const char *const kinds[] = {"http", "udp", NULL};
    static char http_name[] = "thrice load http";
    static char udp_name[] = "thrice load udp";

    if (argc < 2)
        return error_set(error, EXIT_USAGE,
                         "load what? `thrice load http URL` or `thrice load udp ADDR:PORT`");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--usage") == 0) {
        print_help();
        return EXIT_GOOD;
    }
    catch_signals();
    if (strcmp(argv[1], kinds[0]) == 0) {
        argv[1] = http_name;
        return cmd_load_http(argc - 1, argv + 1, &stop, error);
    }
    if (strcmp(argv[1], kinds[1]) == 0) {
        argv[1] = udp_name;
        return cmd_load_udp(argc - 1, argv + 1, &stop, error);
    }
    return nearest_unknown(error, "kind of load", argv[1], kinds);
}
