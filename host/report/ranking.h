/* The environments of one scenario against each other, figure by figure, paired by blocks: what
 * drifted on the machine hit both of a pair.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RANKING_H
#define THRICE_RANKING_H

#include "error.h"
#include "report/doubt.h"
#include "report/figure.h"
#include "report/report.h"
#include "statistics/interval.h"
#include "statistics/sample.h"
#include "statistics/verdict.h"

/* One figure of one environment over its good runs. */
struct ranking_cell {
    size_t runs;           /* 0: it has no such figure, and nothing else here is set */
    struct sample sample;  /* owned */
    struct interval mean;  /* 95 %, by the bootstrap */
    struct interval exact; /* the same by Student's t */
    unsigned int outliers; /* flagged by outlier.h, and kept; of few runs none is */
    double mean_without;   /* what the figures would be without them */
    double sd_without;
    double change_percent; /* from the first run to the last (trend.h), and how likely by chance */
    double change_p;
    bool best; /* better than every other, each verdict_of() says so */
};

/* second to first, over the blocks in which both have a good run. */
struct ranking_pair {
    unsigned int first; /* indices of rows of the ranking */
    unsigned int second;
    unsigned int figure; /* index into the report's figures */
    size_t pairs;
    struct shift ratio; /* geometric mean of the blocks' ratios, and its 95 % interval (BCa) */
    double p; /* permutation test of its logarithm, adjusted over the pairs of this figure (Holm) */
    enum verdict verdict;
};

enum { RANKING_ROWS_MAX = 16 };

struct ranking {
    const struct scenario *scenario;
    const struct figures *figures; /* borrowed from the report, as the rows are */
    unsigned int rows;
    const struct summary *row[RANKING_ROWS_MAX];
    char doubt[RANKING_ROWS_MAX][DOUBT_BYTES]; /* why a row allows no verdict, or empty */
    struct ranking_cell cell[RANKING_ROWS_MAX][FIGURES_MAX];
    struct ranking_pair *pair; /* owned */
    size_t pairs;
};

/* Returns 0, or -1 and an error. The caller releases it in both cases. */
int ranking_make(struct ranking *ranking, const struct report *report,
                 const struct scenario *scenario, struct error *error);
void ranking_release(struct ranking *ranking);

/* One for each scenario that the report has rows of, in their order. */
struct rankings {
    struct ranking *ranking; /* owned */
    size_t count;
};

/* As ranking_make() and ranking_release(). */
int rankings_make(struct rankings *rankings, const struct report *report, struct error *error);
void rankings_release(struct rankings *rankings);

/* The verdict in the figure's words: "slower", "less", "the same", "cannot tell". */
const char *ranking_word(const struct ranking *ranking, const struct ranking_pair *pair);

/* How many blocks it takes to tell any difference between so many environments, where there are
 * fewer and it is more than the runs that a verdict needs in any case; else 0. The least p that so
 * few blocks can have, 2 to the power of 1 - blocks, is not small enough for all the pairs of a
 * figure (Holm).
 */
unsigned int ranking_blocks_needed(const struct ranking *ranking);

/* Whether any row has the figure; the figure that the scenario is about: the first of its own, or
 * the first that a row has. */
bool ranking_has(const struct ranking *ranking, unsigned int figure);
unsigned int ranking_first_figure(const struct ranking *ranking);

#endif
