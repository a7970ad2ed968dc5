/* The layers above the kernel, in the order in which main.c starts them.
 *
 * Declared here and defined there, so that the kernel needs no header of a folder above it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LAYERS_H
#define THRICE_LAYERS_H

/* The payload's name, as linked into this image ("web"): its argv[0]. */
extern const char payload_name[];

/* guest/virtio: finds the devices on virtio-mmio and PCI, feeds the entropy device's bytes
 * to random_add(), and leaves the NIC for the net layer to take.
 */
void virtio_init(void);

/* net: brings up lwIP, its netif on the first NIC, and the address of the command line. */
void net_init(void);

/* guest/posix: enters the libc and the payload's main; its return ends the machine. */
_Noreturn void posix_start(int argc, char **argv);

/* guest/posix: the SYSCALL instruction of the libc arrives here with interrupts off. Of its six
 * arguments those that any call here has. Returns the result, or -errno, as Linux does.
 */
long posix_syscall(long number, long a, long b, long c, long d);

#endif
