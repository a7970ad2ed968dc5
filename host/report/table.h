/* A table of text for a terminal: columns as wide as they need to be, numbers to the right. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TABLE_H
#define THRICE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    TABLE_COLUMNS = 16,
    TABLE_ROWS = 64,
    TABLE_CELL_BYTES = 32,
};

/* Zeroed, it is empty. Cells are ASCII. */
struct table {
    unsigned int columns;
    unsigned int rows;
    unsigned int filled; /* cells of the present row */
    bool rule_above[TABLE_ROWS];
    char cell[TABLE_ROWS][TABLE_COLUMNS][TABLE_CELL_BYTES];
};

/* Begins a row; cells are then filled from the left. A row beyond the last is dropped. */
void table_row(struct table *table);

/* The same, with a rule above it. */
void table_ruled_row(struct table *table);

/* Fills the next cell of the present row. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Begins with two rows of headings: a name and, below it, what it is counted in or belongs to. */
void table_headings(struct table *table, const char *const headings[][2], size_t count);

/* The first column is set to the left, all others to the right. */
void table_print(const struct table *table, FILE *stream);

#endif
