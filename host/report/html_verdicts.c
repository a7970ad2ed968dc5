/* Every pair of environments, figure by figure, with what can be said of it; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

static void write_pair(FILE *page, const struct ranking *ranking, const struct ranking_pair *pair)
{
    bool told = pair->verdict != VERDICT_CANNOT_TELL;
    if (pair->pairs == 0) {
        fputs("<td class=\"faint\">-</td>", page);
        return;
    }
    fputs(told ? "<td>" : "<td class=\"faint\">", page);
    html_number(page, pair->ratio.estimate);
    fputs("<small>", page);
    html_interval(page, &pair->ratio.interval);
    fprintf(page, told ? "</small><strong>%s</strong></td>" : "</small><small>%s</small></td>",
            ranking_word(ranking, pair));
}

// The pair of two rows in a figure, or NULL where one of them has no such figure.
static const struct ranking_pair *pair_of(const struct ranking *ranking, unsigned int first,
                                          unsigned int second, unsigned int figure)
{
    for (size_t i = 0; i < ranking->pairs; i++) {
        const struct ranking_pair *pair = &ranking->pair[i];
        if (pair->first == first && pair->second == second && pair->figure == figure)
            return pair;
    }
    return NULL;
}

static void write_figure(FILE *page, const struct ranking *ranking, unsigned int figure)
{
    static const struct ranking_pair none = {0};
    fputs("<tr><th scope=\"row\">", page);
    html_text(page, ranking->figures->figure[figure].name);
    fputs("</th>", page);
    for (unsigned int first = 0; first < ranking->rows; first++)
        for (unsigned int second = first + 1; second < ranking->rows; second++) {
            const struct ranking_pair *pair = pair_of(ranking, first, second, figure);
            write_pair(page, ranking, pair ? pair : &none);
        }
    fputs("</tr>\n", page);
}

static void write_heads(FILE *page, const struct ranking *ranking)
{
    fputs("<thead><tr><th></th>", page);
    for (unsigned int first = 0; first < ranking->rows; first++)
        for (unsigned int second = first + 1; second < ranking->rows; second++) {
            fputs("<th>", page);
            html_text(page, ranking->row[second]->environment);
            fputs("<br>to ", page);
            html_text(page, ranking->row[first]->environment);
            fputs("</th>", page);
        }
    fputs("</tr></thead>\n", page);
}

static void write_needed(FILE *page, const struct ranking *ranking)
{
    unsigned int needed = ranking_blocks_needed(ranking);
    if (needed > 0)
        fprintf(page,
                "<p class=\"warn\">To tell a difference between %u environments takes %u blocks "
                "or more: with fewer no p, adjusted for all pairs, can be below %.2g.</p>\n",
                ranking->rows, needed, VERDICT_LEVEL);
}

void html_verdicts(FILE *page, const struct ranking *ranking)
{
    size_t told = 0;
    for (size_t i = 0; i < ranking->pairs; i++)
        told += ranking->pair[i].verdict != VERDICT_CANNOT_TELL;
    if (ranking->pairs == 0)
        return;
    write_needed(page, ranking);
    fprintf(page,
            "<details><summary>What differs, pair by pair: %zu of %zu can be told</summary>\n"
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Pairs\"><table>\n",
            told, ranking->pairs);
    write_heads(page, ranking);
    fputs("<tbody>\n", page);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure))
            write_figure(page, ranking, figure);
    fprintf(page,
            "</tbody></table></div>\n<p class=\"faint\">How many times the first named has what "
            "the second has, block by block: the geometric mean, and its 95 %% interval. It is "
            "other with p &lt; %.2g (paired permutation test, adjusted by Holm over a row) and by "
            "more than %.0f %%; the same, where the whole interval is within that. Else nothing "
            "can be told: too few blocks, too many void runs, a noisy machine, or a difference "
            "within the noise. A figure of 0 has no ratio.</p></details>\n",
            VERDICT_LEVEL, 100 * VERDICT_THRESHOLD);
}
