/* compute: one GET, by which a payload computes, moves memory or works its disk; the numbers of its
 * answer's JSON are the figures, one inside an object by both names ("event_ms_avg"). In the path
 * {vcpus} stands for how many the scenario has.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment_compute.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "environment/isolation.h"
#include "study/figures.h"
#include "study/target.h"

enum { ANSWER_MAX_BYTES = 16384 };

struct compute_settings {
    const char *path;
    uint64_t expected_ns;
    uint64_t patience_ns;
};

static const struct setting settings[] = {
    {.key = "path", .type = SETTING_TEXT, .offset = offsetof(struct compute_settings, path)},
    {.key = "expected_s", // for the plan's estimate
     .type = SETTING_SECONDS,
     .offset = offsetof(struct compute_settings, expected_ns),
     .maximum = 3600 * NS_PER_S,
     .otherwise = 10 * NS_PER_S},
    {.key = "patience_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct compute_settings, patience_ns),
     .minimum = NS_PER_S,
     .maximum = 3600 * NS_PER_S,
     .otherwise = 600 * NS_PER_S},
    {0},
};

// Reads until the server closes. Returns how many bytes, or -1 and an error.
static ssize_t read_answer(int fd, char *text, uint64_t until_ns, struct error *error)
{
    size_t length = 0;
    while (length < ANSWER_MAX_BYTES && clock_now_ns() < until_ns && !isolation_interrupted()) {
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        if (poll(&readable, 1, 100) <= 0)
            continue;
        ssize_t got = recv(fd, text + length, ANSWER_MAX_BYTES - length, 0);
        if (got < 0)
            return error_set_errno(error, EXIT_FAILED, errno, "reading the answer");
        if (got == 0)
            return (ssize_t)length;
        length += (size_t)got;
    }
    return error_set(error, EXIT_FAILED, "no whole answer in time");
}

int experiment_compute_path(char *path, size_t size, const char *text, unsigned int vcpus,
                            struct error *error)
{
    static const char name[] = "{vcpus}";
    const char *at = strstr(text, name);
    int length =
        at ? snprintf(path, size, "%.*s%u%s", (int)(at - text), text, vcpus, at + strlen(name))
           : snprintf(path, size, "%s", text);
    return length < (int)size
               ? 0
               : error_set(error, EXIT_USAGE, "the path is too long: %.60s...", text);
}

static ssize_t get(const struct server *server, const char *path, uint64_t patience_ns, char *text,
                   struct error *error)
{
    struct endpoint target = target_endpoint(server);
    char request[512];
    ssize_t length = -1;
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path,
                        server->port.address_text);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&target.address, target.length) < 0 ||
        send(fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        error_set_errno(error, EXIT_FAILED, errno, "asking for %s", path);
    else
        length = read_answer(fd, text, clock_now_ns() + patience_ns, error);
    if (fd >= 0)
        close(fd);
    return length;
}

static void add_prefixed(json_t *figures, const char *prefix, const json_t *object)
{
    const char *key;
    char name[80];
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "_" : "", key);
        if (json_is_number(value))
            figures_add(figures, name, json_number_value(value));
        else if (json_is_object(value) && !*prefix)
            add_prefixed(figures, key, value);
    }
}

void experiment_compute_numbers(json_t *figures, const json_t *answer)
{
    add_prefixed(figures, "", answer);
}

// The answer's JSON; NULL where it is another one, which the reason then quotes.
static json_t *answer_json(char *text, ssize_t length, struct experiment_result *result)
{
    text[length] = '\0';
    const char *body = strstr(text, "\r\n\r\n");
    bool good = body && strncmp(text, "HTTP/1.", 7) == 0 && strncmp(text + 8, " 200", 4) == 0;
    json_t *json = good ? json_loads(body + 4, 0, NULL) : NULL;
    if (json_is_object(json))
        return json;
    json_decref(json);
    snprintf(result->reason, sizeof result->reason, "the server answered: %.150s",
             body ? body + 4 : text);
    result->reason[strcspn(result->reason, "\r\n")] = '\0';
    result->is_failed = true;
    return NULL;
}

int experiment_compute_run(const struct server *server, const char *text, uint64_t patience_ns,
                           json_t *figures, struct experiment_result *result, struct error *error)
{
    char path[400], got[ANSWER_MAX_BYTES + 1];
    if (experiment_compute_path(path, sizeof path, text, server->options.vcpus, error) < 0)
        return -1;
    uint64_t start_ns = clock_now_ns();
    ssize_t length = get(server, path, patience_ns, got, error);
    if (length < 0)
        return -1;
    uint64_t elapsed_ns = clock_now_ns() - start_ns;
    json_t *answer = answer_json(got, length, result);
    experiment_compute_numbers(figures, answer);
    figures_add(figures, "asked_s", (double)elapsed_ns / NS_PER_S);
    result->json = json_pack("{s:s, s:I, s:o*}", "path", text, "elapsed_ns", (json_int_t)elapsed_ns,
                             "answer", answer);
    snprintf(result->key_figure, sizeof result->key_figure, "%.50s in %.1f s", text,
             (double)elapsed_ns / NS_PER_S);
    return 0;
}

static int load(const void *values, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error)
{
    const struct compute_settings *set = values;
    (void)ports; // one connection
    return experiment_compute_run(server, set->path, set->patience_ns, figures, result, error);
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)guests;
    (void)boot_ns;
    return ((const struct compute_settings *)values)->expected_ns;
}

const struct experiment experiment_compute = {
    .kind = "compute",
    .speaks = "http",
    .settings = settings,
    .settings_bytes = sizeof(struct compute_settings),
    .warm_up = &experiment_compute,
    .estimate_ns = estimate_ns,
    .load = load,
};
