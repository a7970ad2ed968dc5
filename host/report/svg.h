/* What gnuplot draws, made part of a page: its colours those of the page, its points links.
 *
 * gnuplot is told colours by number (plot.h); here number N becomes the page's variable --cN, black
 * its ink, so that one drawing suits light, dark and paper. What the page would have twice, ids and
 * definitions, is left out: SVG_POINTS, once in the page, has the points.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SVG_H
#define THRICE_SVG_H

#include <stdio.h>

#define SVG_POINTS                                                                                 \
    "<svg width=\"0\" height=\"0\" class=\"points\" aria-hidden=\"true\"><defs>"                   \
    "<path id=\"gpPt0\" d=\"M-1.2,0 H1.2 M0,-1.2 V1.2\" stroke-width=\"0.6\" "                     \
    "stroke=\"currentColor\" fill=\"none\"/>"                                                      \
    "<path id=\"gpPt1\" d=\"M-1,-1 L1,1 M1,-1 L-1,1\" stroke-width=\"0.6\" "                       \
    "stroke=\"currentColor\" fill=\"none\"/>"                                                      \
    "<rect id=\"gpPt4\" x=\"-1\" y=\"-1\" width=\"2\" height=\"2\" fill=\"currentColor\" "         \
    "stroke=\"none\"/>"                                                                            \
    "<path id=\"gpPt8\" d=\"M0,-1.4 L1.3,0.9 L-1.3,0.9 Z\" fill=\"currentColor\" "                 \
    "stroke=\"none\"/>"                                                                            \
    "<path id=\"gpPt10\" d=\"M0,1.4 L1.3,-0.9 L-1.3,-0.9 Z\" fill=\"currentColor\" "               \
    "stroke=\"none\"/>"                                                                            \
    "<circle id=\"gpPt5\" r=\"1\" stroke-width=\"0.4\" stroke=\"currentColor\" fill=\"none\"/>"    \
    "<circle id=\"gpPt6\" r=\"1.1\" fill=\"currentColor\" stroke=\"none\"/>"                       \
    "<path id=\"gpPt11\" d=\"M0,-1.5 L1.5,0 L0,1.5 L-1.5,0 Z\" stroke-width=\"0.5\" "              \
    "stroke=\"currentColor\" fill=\"none\"/></defs></svg>\n"

/* Writes the element. label says to who cannot see it what it shows. The first points of it, so
 * many as there are runs, become links to the rows of these runs ("#run-INDEX"); the keyboard
 * reaches them in the table. runs may be NULL.
 */
void svg_write(FILE *page, const char *svg, const char *label, const size_t *runs, size_t count);

#endif
