/* What there is of memory, disk and descriptors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RESOURCES_H
#define THRICE_RESOURCES_H

#include "doctor/finding.h"

/* Of what a study with the microVM and 10 000 connections needs; too little is noted as noisy. */
void resources_find_memory(struct finding *finding);
void resources_find_descriptors(struct finding *finding);

/* For connections of the client: those that the kernel would choose from. */
void resources_find_ports(struct finding *finding);

/* What else runs, by the load average of the last minute; what the hypervisor took since boot. */
void resources_find_load(struct finding *finding);
void resources_find_steal(struct finding *finding);

/* On the file system of a folder: records and consoles go there. */
void resources_find_disk(struct finding *finding, const char *folder);

#endif
