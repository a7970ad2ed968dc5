/* oslo: KVM, Docker and the IncludeOS unikernel (University of Oslo, 2016), as data.
 *
 * The figures are the published ones, of an AMD Opteron 6234 and an Intel Xeon E5-2699 v3 under
 * KVM; theirs, never ours. Where the study was unfair to a candidate we are not: every server here
 * has the same NIC model, the same delay between datagrams, and a warm-up.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/study.h"

#include "clock.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct published tcp_500[] = {
    {"AMD", "unikernel", "IncludeOS", 0.22, 32.7, 2026.7, "27-203"},
    {"AMD", "container", "Docker", 0.2, 4.9, 430, "117"},
    {"AMD", "vm", "Ubuntu VM", 0.3, 40.1, 2487, "244"},
    {"Intel", "unikernel", "IncludeOS", 0.2, 30.8, 1910, "30-205"},
    {"Intel", "container", "Docker", 0.1, 6.2, 382, "60"},
    {"Intel", "vm", "Ubuntu VM", 0.3, 37.8, 2344, "446"},
};

static const struct published tcp_1000[] = {
    {"AMD", "unikernel", "IncludeOS", 0.23, 65.7, 3950.6, "204"},
    {"AMD", "container", "Docker", 0.16, 10.25, 666, "204"},
    {"AMD", "vm", "Ubuntu VM", 0.3, 71.7, 4248, "250"},
    {"Intel", "unikernel", "IncludeOS", 0.23, 60, 3346, "32-380"},
    {"Intel", "container", "Docker", 0.1, 11.8, 647, "59"},
    {"Intel", "vm", "Ubuntu VM", 0.2, 64, 3958, "297"},
};

static const struct published udp_100k[] = {
    {"AMD", "unikernel", "IncludeOS", 6.61, 94.4, 767.4, "27"},
    {"AMD", "container", "Docker", 7.2, 29.5, 365, "59.6"},
    {"AMD", "vm", "Ubuntu VM", 17.7, 93.3, 1900, "189"},
    {"Intel", "unikernel", "IncludeOS", 6.4, 68.5, 610, "31"},
    {"Intel", "container", "Docker", 6.7, 21.4, 212, "48"},
    {"Intel", "vm", "Ubuntu VM", 10.6, 67.6, 857, "202"},
};

static const char *const web_arguments[] = {"--close", NULL};
static const char *const udp_arguments[] = {NULL};

static const struct scenario scenarios[] = {
    {
        .name = "tcp-500",
        .summary = "500 new connections a second for 60 s, one request each",
        .payload = "web",
        .arguments = web_arguments,
        .kind = LOAD_HTTP,
        .warm_up = {.rate_per_s = 500, .duration_ns = 1 * NS_PER_S},
        .load = {.rate_per_s = 500, .duration_ns = 60 * NS_PER_S},
        .quick = {.rate_per_s = 500, .duration_ns = 5 * NS_PER_S},
        .published = tcp_500,
        .published_count = COUNT_OF(tcp_500),
    },
    {
        .name = "tcp-1000",
        .summary = "1000 new connections a second for 60 s, one request each",
        .payload = "web",
        .arguments = web_arguments,
        .kind = LOAD_HTTP,
        .warm_up = {.rate_per_s = 500, .duration_ns = 1 * NS_PER_S},
        .load = {.rate_per_s = 1000, .duration_ns = 60 * NS_PER_S},
        .quick = {.rate_per_s = 1000, .duration_ns = 5 * NS_PER_S},
        .published = tcp_1000,
        .published_count = COUNT_OF(tcp_1000),
    },
    {
        .name = "udp-100k",
        .summary = "100 000 datagrams, usleep(2) before each, then LAST until answered",
        .payload = "udp",
        .arguments = udp_arguments,
        .kind = LOAD_UDP,
        .warm_up = {.count = 2000, .gap_us = 2},
        .load = {.count = 100000, .gap_us = 2},
        .quick = {.count = 10000, .gap_us = 2},
        .published = udp_100k,
        .published_count = COUNT_OF(udp_100k),
    },
};

static const char *const quick_scenarios[] = {"tcp-500", "udp-100k", NULL};

const struct study study_oslo = {
    .name = "oslo",
    .summary = "web and UDP server: response time, CPU ticks and memory",
    .source = "University of Oslo, 2016",
    .scenarios = scenarios,
    .scenario_count = COUNT_OF(scenarios),
    .quick_scenarios = quick_scenarios,
    .runs = 30,
    .quick_runs = 3,
    .memory_mib = 256,
};
