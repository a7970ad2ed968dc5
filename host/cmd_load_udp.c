/* thrice load udp: the oslo study's datagrams, exact pacing, or a ping-pong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "cmd_load.h"
#include "load/udp.h"
#include "number.h"
#include "options.h"

#define COUNT_MAX       100000000
#define GAP_MAX_US      1000000
#define RATE_MAX        10000000
#define OUTSTANDING_MAX 1024
#define TIMEOUT_MIN_NS  NS_PER_MS
#define TIMEOUT_MAX_NS  (600 * NS_PER_S)

enum {
    OPTION_COUNT = 256, // above any character: no short form
    OPTION_GAP_US,
    OPTION_RATE,
    OPTION_OUTSTANDING,
    OPTION_ECHO,
    OPTION_TIMEOUT,
    OPTION_JSON,
};

static const struct argp_option options[] = {
    {"count", OPTION_COUNT, "N", 0, "Send so many datagrams (100000)", 0},
    {"gap-us", OPTION_GAP_US, "US", 0, "Sleep so long before each, as usleep does (2)", 0},
    {"rate", OPTION_RATE, "N", 0, "Instead of a gap: exactly so many a second", 0},
    {"outstanding", OPTION_OUTSTANDING, "N", 0,
     "Instead of a gap: ping-pong with so many unanswered at any time", 0},
    {"echo", OPTION_ECHO, NULL, 0, "The server echoes: tell lost and reordered replies apart", 0},
    {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "Give up on LAST, or on a ping, after so long (2)",
     0},
    {"json", OPTION_JSON, NULL, 0, "The whole record, histograms included, as JSON", 0},
    {0},
};

struct command {
    const char *server;
    struct udp_load_options load;
    int mode_option; // that chose load.mode, or 0
    bool json;
};

static int choose_mode(struct command *command, int option, enum udp_load_mode mode,
                       struct error *error)
{
    if (command->mode_option != 0 && command->mode_option != option)
        return error_set(error, EXIT_USAGE,
                         "--gap-us, --rate and --outstanding exclude one another: give one");
    command->mode_option = option;
    command->load.mode = mode;
    return 0;
}

static int take_outstanding(struct command *command, const char *argument, struct error *error)
{
    uint64_t outstanding;

    if (number_parse("--outstanding", argument, 1, OUTSTANDING_MAX, &outstanding, error) != 0)
        return -1;
    command->load.outstanding = (unsigned)outstanding;
    return choose_mode(command, OPTION_OUTSTANDING, UDP_LOAD_PINGPONG, error);
}

static int take_server(struct command *command, const char *argument, struct error *error)
{
    if (command->server != NULL)
        return error_set(error, EXIT_USAGE, "load udp takes one ADDR:PORT, and '%.40s' is a second",
                         argument);
    command->server = argument;
    return endpoint_parse(argument, &command->load.server, error);
}

static int take_option(int key, const char *argument, struct command *command, struct error *error)
{
    struct udp_load_options *load = &command->load;

    switch (key) {
    case OPTION_COUNT:
        return number_parse("--count", argument, 1, COUNT_MAX, &load->count, error);
    case OPTION_GAP_US:
        if (number_parse("--gap-us", argument, 1, GAP_MAX_US, &load->gap_us, error) != 0)
            return -1;
        return choose_mode(command, key, UDP_LOAD_GAP, error);
    case OPTION_RATE:
        if (number_parse("--rate", argument, 1, RATE_MAX, &load->rate_per_s, error) != 0)
            return -1;
        return choose_mode(command, key, UDP_LOAD_RATE, error);
    case OPTION_OUTSTANDING:
        return take_outstanding(command, argument, error);
    case OPTION_ECHO:
        load->echo = true;
        return 0;
    case OPTION_TIMEOUT:
        return number_parse_seconds("--timeout", argument, TIMEOUT_MIN_NS, TIMEOUT_MAX_NS,
                                    &load->timeout_ns, error);
    case OPTION_JSON:
        command->json = true;
        return 0;
    default: // ARGP_KEY_ARG
        return take_server(command, argument, error);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct command *command = options_input(state);
    struct error *error = options_error(state);

    if (key == ARGP_KEY_ARG || (key >= OPTION_COUNT && key <= OPTION_JSON))
        return take_option(key, argument, command, error) == 0 ? 0 : EINVAL;
    if (key == ARGP_KEY_NO_ARGS) {
        error_set(error, EXIT_USAGE, "load udp wants ADDR:PORT, such as 10.0.0.2:8081");
        return EINVAL;
    }
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    options,
    parse,
    "ADDR:PORT",
    "Sends numbered datagrams, then LAST until it is answered, and accounts the replies.\v"
    "Figures go to standard output, progress to standard error. The run is void (exit code 5) "
    "when the load itself fell behind or dropped replies.",
    NULL,
    NULL,
    NULL};

static void show_progress(const struct udp_load_progress *progress, void *argument)
{
    (void)argument;
    fprintf(stderr, "%3.0f s: %" PRIu64 " of %" PRIu64 " sent, %" PRIu64 " replies\n",
            (double)progress->elapsed_ns / (double)NS_PER_S, progress->sent, progress->count,
            progress->replies);
}

static void print_account(const struct udp_load_result *result)
{
    const struct {
        const char *name;
        uint64_t count;
        const char *meaning;
    } accounts[] = {
        {"lost", result->lost, "sent and never answered"},
        {"dropped", result->client_drops, "of these by our own receive buffer"},
        {"late", result->late, "answered behind LAST, or behind the time-out"},
        {"duplicated", result->duplicated, "answered twice"},
        {"reordered", result->reordered, "answered behind a later one"},
        {"unexpected", result->unexpected, "not an answer"},
        {"refused", result->send_errors, "could not be sent at first"},
    };

    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++)
        if (accounts[i].count != 0)
            printf("  %-10s %9" PRIu64 "  %s\n", accounts[i].name, accounts[i].count,
                   accounts[i].meaning);
}

static void print_result(const struct udp_load_result *result)
{
    printf("  %-10s %9" PRIu64 "  %.1f/s\n", "sent", result->sent, result->sent_per_s);
    printf("  %-10s %9" PRIu64 "  %.1f/s\n", "replies", result->replies, result->replies_per_s);
    print_account(result);
    if (result->mode != UDP_LOAD_PINGPONG)
        printf("  %-10s %9.3f  s, LAST %s after %" PRIu64 " tries\n", "took",
               (double)result->elapsed_ns / (double)NS_PER_S,
               result->last_answered ? "answered" : "not answered", result->last_sent);
    if (result->latency.count != 0 || result->pace.lateness.count != 0)
        cmd_load_print_heading();
    cmd_load_print_row(result->mode == UDP_LOAD_PINGPONG ? "round trip" : "latency",
                       &result->latency);
    cmd_load_print_row("lateness", &result->pace.lateness);
    printf("  generator's CPU: user %.2f s, system %.2f s\n",
           (double)result->cpu_user_ns / (double)NS_PER_S,
           (double)result->cpu_system_ns / (double)NS_PER_S);
}

/* The exit code that the result deserves; it has been printed already. */
static int judge(const struct udp_load_result *result, struct error *error)
{
    char reason[256];

    if (udp_load_void(result, reason, sizeof reason))
        return error_set(error, EXIT_VOID, "the run is void: %s", reason);
    if (result->replies == 0)
        return error_set(error, EXIT_FAILED, "not one datagram was answered");
    if (result->mode != UDP_LOAD_PINGPONG && !result->last_answered)
        return error_set(error, EXIT_FAILED, "LAST was not answered, though sent %" PRIu64 " times",
                         result->last_sent);
    return EXIT_GOOD;
}

int cmd_load_udp(int argc, char **argv, const volatile sig_atomic_t *stop, struct error *error)
{
    struct command command = {.load = {.mode = UDP_LOAD_GAP,
                                       .count = 100000,
                                       .gap_us = 2,
                                       .stop = stop,
                                       .progress = show_progress}};
    struct udp_load_result result;

    if (options_parse(&argp, argc, argv, &command, error) != 0 ||
        udp_load_run(&command.load, &result, error) != 0)
        return -1;
    if (!command.json)
        print_result(&result);
    else if (cmd_load_print_json(udp_load_result_json(&result), error) != 0)
        return -1;
    return judge(&result, error);
}
