/* What a study is at; see ticker.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/ticker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLEAR_LINE "\r\033[K"
#define RED        "\033[31m"
#define YELLOW     "\033[33m"
#define FAINT      "\033[2m"
#define PLAIN      "\033[0m"

static const char *environment_or_nothing(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

void ticker_begin(struct ticker *ticker, const struct plan *plan)
{
    *ticker = (struct ticker){.plan = plan, .terminal = isatty(STDERR_FILENO)};
    ticker->colour = ticker->terminal && !*environment_or_nothing("NO_COLOR") &&
                     strcmp(environment_or_nothing("TERM"), "dumb") != 0;
}

static const char *coloured(const struct ticker *ticker, const char *code)
{
    return ticker->colour ? code : "";
}

static const struct scenario *scenario_of(const struct ticker *ticker, unsigned int index)
{
    return ticker->plan->scenarios[ticker->plan->order[index].scenario];
}

static const struct environment *environment_of(const struct ticker *ticker, unsigned int index)
{
    return ticker->plan->environments[ticker->plan->order[index].environment];
}

// The cursor stays at its beginning: whatever else is printed takes its place.
void ticker_now(struct ticker *ticker, unsigned int index, const char *left)
{
    if (!ticker->terminal)
        return;
    fprintf(stderr, "%s%3u/%u done; now %.24s in %.16s; %s left%s%.*s%s\r", coloured(ticker, FAINT),
            index, ticker->plan->order_count, scenario_of(ticker, index)->name,
            environment_of(ticker, index)->name, left, *ticker->last ? "; last " : "",
            (int)strcspn(ticker->last, ","), ticker->last, coloured(ticker, PLAIN));
}

void ticker_ended(struct ticker *ticker, unsigned int index, const struct run *run)
{
    bool good = run->status == RUN_GOOD;
    snprintf(ticker->last, sizeof ticker->last, "%s", run->key_figure);
    if (good && !ticker->terminal)
        return;
    fprintf(stderr, "%s%s%3u/%u  %-9s %-10s  ", ticker->terminal ? CLEAR_LINE : "",
            good ? "" : coloured(ticker, run->status == RUN_VOID ? YELLOW : RED), index + 1,
            ticker->plan->order_count, scenario_of(ticker, index)->name,
            environment_of(ticker, index)->name);
    if (good)
        fprintf(stderr, "%s\n", run->key_figure);
    else if (run->status == RUN_VOID)
        fprintf(stderr, "%-32s  VOID: %s%s\n", run->key_figure, run->reason,
                coloured(ticker, PLAIN));
    else
        fprintf(stderr, "FAILED: %s%s\n", run->reason, coloured(ticker, PLAIN));
}
