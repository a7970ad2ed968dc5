/* The noise score; see noise.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/noise.h"

#include <stdio.h>

#include "clock.h"
#include "measure/canary.h"
#include "measure/hostcpu.h"

static const double NOISY_PERCENT = 5;

// What the pieces took beyond the fastest of them, per cent of all their time.
static double lost_percent(uint64_t duration_ns)
{
    uint64_t fastest_ns = UINT64_MAX, sum_ns = 0, pieces = 0;
    uint64_t until_ns = clock_now_ns() + duration_ns;
    while (clock_now_ns() < until_ns) {
        uint64_t took_ns = canary_piece_ns();
        fastest_ns = took_ns < fastest_ns ? took_ns : fastest_ns;
        sum_ns += took_ns;
        pieces++;
    }
    return 100 * (double)(sum_ns - pieces * fastest_ns) / (double)sum_ns;
}

void noise_find(struct finding *finding, uint64_t duration_ns)
{
    struct hostcpu before, after;
    struct error error;
    *finding = (struct finding){.what = "noise", .verdict = FINDING_GOOD};
    uint64_t before_ns = clock_now_ns();
    if (hostcpu_read(&before, &error) < 0)
        return;
    double lost = lost_percent(duration_ns);
    if (hostcpu_read(&after, &error) < 0)
        return;
    struct hostcpu took = hostcpu_difference(&before, &after);
    double seconds = (double)(clock_now_ns() - before_ns) / NS_PER_S;
    if (lost > NOISY_PERCENT)
        finding->verdict = FINDING_NOISY;
    snprintf(
        finding->text, sizeof finding->text,
        "%.1f %% of a computation's time was lost to others in %.0f s (%.0f %% of a CPU stolen "
        "by the hypervisor)%s",
        lost, seconds, 100 * (double)took.steal / 100 / seconds,
        finding->verdict == FINDING_GOOD ? "" : ": end what else runs, or expect wide intervals");
}
