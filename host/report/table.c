/* A table of text; see table.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/table.h"

#include <stdarg.h>
#include <string.h>

#define GAP "  "

void table_row(struct table *table)
{
    if (table->rows < TABLE_ROWS)
        table->rows++;
    table->filled = 0;
}

void table_ruled_row(struct table *table)
{
    table_row(table);
    table->rule_above[table->rows - 1] = true;
}

void table_cell(struct table *table, const char *format, ...)
{
    va_list arguments;
    if (table->rows == 0 || table->filled == TABLE_COLUMNS)
        return;
    va_start(arguments, format);
    vsnprintf(table->cell[table->rows - 1][table->filled++], TABLE_CELL_BYTES, format, arguments);
    va_end(arguments);
    if (table->filled > table->columns)
        table->columns = table->filled;
}

static int width_of(const struct table *table, unsigned int column)
{
    size_t width = 0;
    for (unsigned int row = 0; row < table->rows; row++)
        if (strlen(table->cell[row][column]) > width)
            width = strlen(table->cell[row][column]);
    return (int)width;
}

// Without the empty cells at the end, which would be trailing blanks.
static unsigned int used_columns(const struct table *table, unsigned int row)
{
    unsigned int used = table->columns;
    while (used > 1 && table->cell[row][used - 1][0] == '\0')
        used--;
    return used;
}

static void print_rule(FILE *stream, int width)
{
    while (width-- > 0)
        fputc('-', stream);
    fputc('\n', stream);
}

void table_headings(struct table *table, const char *const headings[][2], size_t count)
{
    for (int line = 0; line < 2; line++) {
        table_row(table);
        for (size_t i = 0; i < count; i++)
            table_cell(table, "%s", headings[i][line]);
    }
}

void table_print(const struct table *table, FILE *stream)
{
    int width[TABLE_COLUMNS] = {0};
    int total = 0;
    for (unsigned int column = 0; column < table->columns; column++) {
        width[column] = width_of(table, column);
        total += width[column] + (column ? (int)strlen(GAP) : 0);
    }
    for (unsigned int row = 0; row < table->rows; row++) {
        if (table->rule_above[row])
            print_rule(stream, total);
        unsigned int columns = used_columns(table, row);
        fprintf(stream, "%-*s", width[0], table->cell[row][0]);
        for (unsigned int column = 1; column < columns; column++)
            fprintf(stream, GAP "%*s", width[column], table->cell[row][column]);
        fputc('\n', stream);
    }
}
