/* The application processors: each runs one job at a time to its end, and halts in between.
 *
 * The boot processor, number 0, has the devices, the network and the clock's timer; the others
 * compute. They are started when the first job is given out, so that an image whose payload has
 * no threads has nothing of this in it.
 *
 * Intel SDM vol. 3, 8.4 (INIT-SIPI-SIPI), 10.6 (interprocessor interrupts).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESSOR_H
#define THRICE_PROCESSOR_H

#include <stdbool.h>

enum { PROCESSORS_MAX = 64 };

/* How many there are, the boot processor included, as ACPI's MADT tells; 1 where it does not. */
unsigned processor_count(void);

/* The number of the one that executes this. */
unsigned processor_self(void);

struct processor_job {
    void (*code)(void *argument); /* returns, or ends by processor_leave() */
    void *argument;
    void *stack;                   /* its upper end, a multiple of 16 */
    void *thread_pointer;          /* FS while it runs */
    void (*ended)(void *argument); /* called when the stack is no longer used */
    void *ended_argument;
};

/* Runs the job on a processor that has none. Returns false when there is no such processor. */
bool processor_run(const struct processor_job *job);

/* Ends the job of the processor that executes this; its stack is not used from then on. */
_Noreturn void processor_leave(void);

/* Halts until processor_wake() of this processor, perhaps earlier. A wake-up since interrupts were
 * last on is not lost. Not for the boot processor, whose halt is interrupt_wait().
 */
void processor_wait(void);
void processor_wake(unsigned processor);

#endif
