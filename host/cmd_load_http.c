/* thrice load http: new connections at a constant rate, one request each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "cmd_load.h"
#include "load/http.h"
#include "load/url.h"
#include "number.h"
#include "options.h"

#define RATE_MAX        1000000
#define DURATION_MIN_NS (NS_PER_S / 10)
#define DURATION_MAX_NS (86400 * NS_PER_S)
#define TIMEOUT_MIN_NS  NS_PER_MS
#define TIMEOUT_MAX_NS  (600 * NS_PER_S)
#define SOURCES_MAX     256

enum {
    OPTION_RATE = 256, // above any character: no short form
    OPTION_DURATION,
    OPTION_TIMEOUT,
    OPTION_CLOSE,
    OPTION_HTTP10,
    OPTION_SOURCE,
    OPTION_JSON,
};

static const struct argp_option options[] = {
    {"rate", OPTION_RATE, "N", 0, "New connections a second (500)", 0},
    {"duration", OPTION_DURATION, "SECONDS", 0, "For so long (60)", 0},
    {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "Give up on a request after so long (2)", 0},
    {"close", OPTION_CLOSE, NULL, 0, "Ask the server to close: Connection: close", 0},
    {"http10", OPTION_HTTP10, NULL, 0, "Ask in HTTP/1.0", 0},
    {"source", OPTION_SOURCE, "ADDR", 0,
     "Connect from this address; given several times, they take turns", 0},
    {"json", OPTION_JSON, NULL, 0, "The whole record, histograms included, as JSON", 0},
    {0},
};

struct command {
    const char *url_text;
    struct url url;
    struct endpoint sources[SOURCES_MAX];
    struct http_load_options load;
    bool json;
};

static int add_source(struct command *command, const char *text, struct error *error)
{
    if (command->load.source_count == SOURCES_MAX)
        return error_set(error, EXIT_USAGE, "--source: at most %d addresses", SOURCES_MAX);
    return endpoint_resolve(text, "0", &command->sources[command->load.source_count++], error);
}

static int take_option(int key, const char *argument, struct command *command, struct error *error)
{
    struct http_load_options *load = &command->load;

    switch (key) {
    case OPTION_RATE:
        return number_parse("--rate", argument, 1, RATE_MAX, &load->rate_per_s, error);
    case OPTION_DURATION:
        return number_parse_seconds("--duration", argument, DURATION_MIN_NS, DURATION_MAX_NS,
                                    &load->duration_ns, error);
    case OPTION_TIMEOUT:
        return number_parse_seconds("--timeout", argument, TIMEOUT_MIN_NS, TIMEOUT_MAX_NS,
                                    &load->timeout_ns, error);
    case OPTION_CLOSE:
        load->close = true;
        return 0;
    case OPTION_HTTP10:
        load->http10 = true;
        return 0;
    case OPTION_SOURCE:
        return add_source(command, argument, error);
    case OPTION_JSON:
        command->json = true;
        return 0;
    default: // ARGP_KEY_ARG
        if (command->url_text != NULL)
            return error_set(error, EXIT_USAGE, "load http takes one URL, and '%.40s' is a second",
                             argument);
        command->url_text = argument;
        return url_parse(argument, &command->url, error);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct command *command = options_input(state);
    struct error *error = options_error(state);

    if (key == ARGP_KEY_ARG || (key >= OPTION_RATE && key <= OPTION_JSON))
        return take_option(key, argument, command, error) == 0 ? 0 : EINVAL;
    if (key == ARGP_KEY_NO_ARGS) {
        error_set(error, EXIT_USAGE, "load http wants a URL, such as http://10.0.0.2/");
        return EINVAL;
    }
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    options,
    parse,
    "URL",
    "Opens new connections at a constant rate, whatever the server does, with one request on "
    "each, and times the replies from the moment each was due.\v"
    "Figures go to standard output, progress to standard error. The run is void (exit code 5) "
    "when the load itself fell behind.",
    NULL,
    NULL,
    NULL};

static void show_progress(const struct http_load_progress *progress, void *argument)
{
    (void)argument;
    fprintf(stderr,
            "%3.0f s of %g: %" PRIu64 " started, %" PRIu64 " answered, %" PRIu64 " failed\n",
            (double)progress->elapsed_ns / (double)NS_PER_S,
            (double)progress->duration_ns / (double)NS_PER_S, progress->started,
            progress->completed, progress->failed);
}

static void print_errors(const struct http_load_result *result)
{
    for (int kind = 0; kind < HTTP_LOAD_ERRORS; kind++)
        if (result->errors[kind] != 0)
            printf("  %-10s %9" PRIu64 "  error\n",
                   http_load_error_name((enum http_load_error)kind), result->errors[kind]);
    if (result->unclosed != 0)
        printf("  %-10s %9" PRIu64 "  answered, but not closed as announced\n", "unclosed",
               result->unclosed);
}

static void print_result(const struct http_load_result *result)
{
    printf("  %-10s %9" PRIu64 "  %.1f/s\n", "offered", result->due, (double)result->rate_per_s);
    printf("  %-10s %9" PRIu64 "  %.1f/s\n", "started", result->started, result->started_per_s);
    printf("  %-10s %9" PRIu64 "  %.1f/s\n", "answered", result->completed, result->achieved_per_s);
    print_errors(result);
    cmd_load_print_heading();
    cmd_load_print_row("latency", &result->latency);
    cmd_load_print_row("service", &result->service);
    cmd_load_print_row("connect", &result->connect);
    cmd_load_print_row("response", &result->response);
    cmd_load_print_row("lateness", &result->pace.lateness);
    printf("  generator's CPU: user %.2f s, system %.2f s\n",
           (double)result->cpu_user_ns / (double)NS_PER_S,
           (double)result->cpu_system_ns / (double)NS_PER_S);
}

/* The exit code that the result deserves; it has been printed already. */
static int judge(const struct http_load_result *result, struct error *error)
{
    char reason[256];

    if (http_load_void(result, reason, sizeof reason))
        return error_set(error, EXIT_VOID, "the run is void: %s", reason);
    if (result->completed == 0)
        return error_set(error, EXIT_FAILED, "not one request was answered well");
    return EXIT_GOOD;
}

static int run(const struct command *command, struct error *error)
{
    struct http_load_result result;

    if (http_load_run(&command->load, &result, error) != 0)
        return -1;
    int status = 0;
    if (command->json)
        status = cmd_load_print_json(http_load_result_json(&result), error);
    else
        print_result(&result);
    if (status == 0)
        status = judge(&result, error);
    http_load_result_free(&result);
    return status;
}

int cmd_load_http(int argc, char **argv, const volatile sig_atomic_t *stop, struct error *error)
{
    struct command command = {
        .load = {.rate_per_s = 500, .duration_ns = 60 * NS_PER_S, .progress = show_progress}};

    if (options_parse(&argp, argc, argv, &command, error) != 0 ||
        endpoint_resolve(command.url.host, command.url.port, &command.load.server, error) != 0)
        return -1;
    command.load.host = command.url.authority;
    command.load.path = command.url.path;
    command.load.sources = command.sources;
    command.load.stop = stop;
    return run(&command, error);
}
