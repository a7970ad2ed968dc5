/* The report as Markdown; see markdown.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "report/conditions.h"
#include "report/notes.h"
#include "report/number_text.h"
#include "report/published.h"
#include "report/ranking.h"
#include "report/repeats.h"
#include "report/steadiness.h"
#include "report/validity.h"
#include "study/record.h"

// What Markdown or HTML would take for its own is escaped; a line ends only where we end it.
static void write_text(FILE *page, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_{}[]<>#|~&", *text))
            putc('\\', page);
        putc((unsigned char)*text < ' ' ? ' ' : *text, page);
    }
}

static void write_number(FILE *page, double value)
{
    char text[NUMBER_TEXT_BYTES];
    fputs(number_text(text, value), page);
}

// The line below a table's heads: the first column to the left, so many others to the right.
static void write_rule(FILE *page, size_t others)
{
    fputs("|\n|---|", page);
    while (others-- > 0)
        fputs("---:|", page);
    putc('\n', page);
}

// Bold where it is best, as verdicts have it.
static void write_cell(FILE *page, const struct ranking_cell *cell)
{
    const char *weight = cell->best ? "**" : "";
    if (cell->runs == 0) {
        fputs("| - ", page);
        return;
    }
    fprintf(page, "| %s", weight);
    write_number(page, cell->sample.mean);
    fprintf(page, "%s%s ", weight, cell->outliers > 0 ? "\\*" : "");
    if (!interval_is_known(&cell->mean))
        return;
    putc('(', page);
    write_number(page, cell->mean.low);
    fputs(" to ", page);
    write_number(page, cell->mean.high);
    fputs(") ", page);
}

static void write_table(FILE *page, const struct ranking *ranking)
{
    size_t columns = 0;
    fputs("| environment ", page);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure)) {
            fputs("| ", page);
            write_text(page, ranking->figures->figure[figure].name);
            putc(' ', page);
            columns++;
        }
    fputs("| good / void / failed ", page);
    write_rule(page, columns + 1);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct summary *summary = ranking->row[row];
        fputs("| ", page);
        write_text(page, summary->environment);
        putc(' ', page);
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
            if (ranking_has(ranking, figure))
                write_cell(page, &ranking->cell[row][figure]);
        fprintf(page, "| %u / %u / %u |\n", summary->good, summary->voided, summary->failed);
    }
    putc('\n', page);
}

static void write_verdicts(FILE *page, const struct ranking *ranking)
{
    for (size_t i = 0; i < ranking->pairs; i++) {
        const struct ranking_pair *pair = &ranking->pair[i];
        if (pair->verdict == VERDICT_CANNOT_TELL)
            continue;
        fputs("- ", page);
        write_text(page, ranking->figures->figure[pair->figure].name);
        fputs(": ", page);
        write_text(page, ranking->row[pair->second]->environment);
        fputs(" is ", page);
        write_number(page, pair->ratio.estimate);
        fputs(" times ", page);
        write_text(page, ranking->row[pair->first]->environment);
        fputs(" (", page);
        write_number(page, pair->ratio.interval.low);
        fputs(" to ", page);
        write_number(page, pair->ratio.interval.high);
        fprintf(page, "), %s\n", ranking_word(ranking, pair));
    }
    putc('\n', page);
}

static void write_outliers(FILE *page, const struct ranking *ranking)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++) {
            const struct ranking_cell *cell = &ranking->cell[row][figure];
            if (cell->outliers == 0)
                continue;
            fprintf(page, "- %u of %zu runs of ", cell->outliers, cell->runs);
            write_text(page, ranking->row[row]->environment);
            fputs(" are outliers in ", page);
            write_text(page, ranking->figures->figure[figure].name);
            fputs(", kept: mean ", page);
            write_number(page, cell->sample.mean);
            fputs(" with them, ", page);
            write_number(page, cell->mean_without);
            fputs(" without\n", page);
        }
    putc('\n', page);
}

static bool is_told(const struct ranking *ranking, unsigned int row)
{
    for (unsigned int i = 0; i < row; i++)
        if (strcmp(ranking->doubt[i], ranking->doubt[row]) == 0)
            return true;
    return false;
}

// Each once: that the machine was noisy is so of every row.
static void write_doubts(FILE *page, const struct ranking *ranking)
{
    unsigned int needed = ranking_blocks_needed(ranking);
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (*ranking->doubt[row] && !is_told(ranking, row)) {
            fputs("- **No verdict**: ", page);
            write_text(page, ranking->doubt[row]);
            putc('\n', page);
        }
    if (needed > 0)
        fprintf(page,
                "- To tell a difference between %u environments takes %u blocks or more: with "
                "fewer no p, adjusted for all pairs, can be below %.2g\n",
                ranking->rows, needed, VERDICT_LEVEL);
    putc('\n', page);
}

static void write_published_row(FILE *page, const struct scenario *scenario,
                                const struct published *published, const char *environment)
{
    fputs("| ", page);
    write_text(page, published->name);
    fputs(*published->host ? ", " : "", page);
    write_text(page, published->host);
    fputs(" | ", page);
    write_text(page, environment);
    putc(' ', page);
    for (size_t i = 0; i < scenario->figure_count; i++) {
        const struct published_value *value =
            published_value(published, scenario->figures[i]->name);
        fputs("| ", page);
        if (value && value->text)
            write_text(page, value->text);
        else if (value)
            fprintf(page, "%.6g", value->number);
        putc(' ', page);
    }
    fputs("|\n", page);
}

static void write_published(FILE *page, const struct report *report,
                            const struct scenario *scenario)
{
    if (scenario->published_count == 0)
        return;
    fputs("What the study published, on another machine:\n\n| theirs | beside our ", page);
    for (size_t i = 0; i < scenario->figure_count; i++) {
        fputs("| ", page);
        write_text(page, scenario->figures[i]->title);
        putc(' ', page);
        write_text(page, scenario->figures[i]->unit);
        putc(' ', page);
    }
    write_rule(page, scenario->figure_count + 1);
    for (size_t i = 0; i < scenario->published_count; i++)
        for (unsigned int row = 0; row < report->rows; row++)
            if (report->row[row]->scenario == scenario &&
                published_beside(report, &scenario->published[i], report->row[row]))
                write_published_row(page, scenario, &scenario->published[i],
                                    report->row[row]->environment);
    putc('\n', page);
}

static void write_repeats_of(FILE *page, const struct report *report, const struct summary *row)
{
    struct repeats repeats = repeats_of(report, row);
    for (int times = 0; repeats.repeated > 0 && times <= BURST_RETRANSMITS_MAX; times++) {
        if (repeats.count[times] == 0)
            continue;
        fputs("| ", page);
        write_text(page, row->environment);
        fprintf(page, " | %d%s | ", times, times == BURST_RETRANSMITS_MAX ? "+" : "");
        write_number(page, repeats.count[times] / repeats.runs);
        fputs(" | ", page);
        write_number(page, repeats.of_syn[times] / repeats.runs);
        fputs(" | ", page);
        write_number(page, repeats.sum_ms[times] / repeats.count[times]);
        fputs(" |\n", page);
    }
}

static void write_repeats(FILE *page, const struct report *report, const struct scenario *scenario)
{
    if (!repeats_has(report, scenario))
        return;
    fputs("Answers by what TCP had to repeat for them:\n\n| environment | times repeated | "
          "connections /run | of these the SYN | response, mean ms ",
          page);
    write_rule(page, 4);
    for (unsigned int row = 0; row < report->rows; row++)
        if (report->row[row]->scenario == scenario)
            write_repeats_of(page, report, report->row[row]);
    putc('\n', page);
    write_text(page, repeats_words);
    fputs("\n\n", page);
}

static void write_notes(FILE *page, const struct report *report, const struct scenario *scenario)
{
    char *notes = notes_text(report, scenario), *rest = notes, *line;
    while (rest && (line = strsep(&rest, "\n")) && *line) {
        fputs("- ", page);
        write_text(page, line);
        putc('\n', page);
    }
    if (notes && *notes)
        putc('\n', page);
    free(notes);
}

static void write_scenario(FILE *page, const struct report *report, const struct ranking *ranking)
{
    char words[CONDITIONS_BYTES];
    report_conditions(report, ranking->scenario, words);
    fputs("## ", page);
    write_text(page, ranking->scenario->name);
    fputs("\n\n", page);
    write_text(page, ranking->scenario->summary);
    write_text(page, words);
    fputs(".\n\n", page);
    write_table(page, ranking);
    write_notes(page, report, ranking->scenario);
    write_doubts(page, ranking);
    write_verdicts(page, ranking);
    write_outliers(page, ranking);
    write_repeats(page, report, ranking->scenario);
    write_published(page, report, ranking->scenario);
}

static void write_trust(FILE *page, const struct report *report)
{
    struct validity all = validity_of(report->records, NULL);
    struct steadiness machine = steadiness_of(report->records);
    fprintf(page, "## Can it be believed?\n\n- %u of %u runs were void.\n", all.voided, all.runs);
    if (machine.runs > 0)
        fprintf(page,
                "- Before each run the same work was timed on a CPU of the host: %.1f ms, in %.0f "
                "%% of the runs 10 %% longer, or more; from the first run to the last it came to "
                "cost %+.1f %% of CPU time (p = %.2g).\n",
                machine.median_ms, machine.slowed_percent, machine.change_percent,
                machine.change_p);
    putc('\n', page);
}

static void write_source(FILE *page, const struct report *report)
{
    bool published = published_any(report, NULL);
    if (!*report->study->source)
        return;
    fprintf(page, "; protocol%s: ", published ? " and published figures" : "");
    write_text(page, report->study->source);
    fputs(published ? "" : ", whose figures are not available", page);
}

static void write_intro(FILE *page, const struct report *report)
{
    const json_t *host = json_object_get(report->manifest, "host");
    const json_t *accelerator = json_object_get(report->manifest, "accelerator");
    fputs("# What does each cost? The study ", page);
    write_text(page, report->study->name);
    fputs("\n\n", page);
    write_text(page, report->study->summary);
    fputs(". One object file, compiled once, ran in every environment", page);
    write_source(page, report);
    fprintf(page, ". %zu runs, each a fresh boot, in shuffled blocks, on ",
            json_array_size(report->records));
    write_text(page, record_text(host, "cpu"));
    fputs(".\n\n", page);
    if (record_is(accelerator, "name", "tcg") && report_has_guests(report))
        fputs(report_has(report, "native") || report_has(report, "container")
                  ? "**The guests were emulated (QEMU's TCG), the others ran natively: compare "
                    "guests with guests.**\n\n"
                  : "**The guests were emulated (QEMU's TCG).**\n\n",
              page);
    fprintf(page,
            "Means of the good runs and their 95 %% intervals. Bold: better than every other by "
            "more than %.0f %%, each with p < %.2g. \\*: with outliers.\n\n",
            100 * VERDICT_THRESHOLD, VERDICT_LEVEL);
}

int markdown_page(FILE *page, const struct report *report, struct error *error)
{
    struct rankings rankings;
    int code = rankings_make(&rankings, report, error);
    if (code == 0) {
        write_intro(page, report);
        if (json_array_size(report->records) == 0)
            fputs("There are no records in this folder yet.\n\n", page);
        write_trust(page, report);
        for (size_t i = 0; i < rankings.count; i++)
            write_scenario(page, report, &rankings.ranking[i]);
    }
    rankings_release(&rankings);
    return code;
}
