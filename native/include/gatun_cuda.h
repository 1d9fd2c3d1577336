/*
 * The kernels of gatun.fatbin: what gatun.h does on the CPU, from the same rules, for NVIDIA GPUs.
 *
 * The kernel gatun_cuda_<name> takes the arguments of the function gatun_<name>, in their order and with their types;
 * each rule of common/rules.def that is not one of matrices has kernels of its own, gatun_cuda_update_<rule> and, if it
 * has states of 8 bits, gatun_cuda_update_8bit_<rule>, without the first argument. What else differs stands below.
 * Rules that hold for every kernel:
 *   - every pointer is to device memory. What may change from step to step is read when the kernel runs, so a captured
 *     launch need not be rebuilt;
 *   - nothing is checked, and there is no status: arguments are those that the function would accept;
 *   - ranges are in rising order: none begins before the one in front of it ends, empty ones included;
 *   - blocks of GATUN_CUDA_THREADS threads, as many as you like: the result does not depend on their number. Faster
 *   than
 *     one for each cell are as many as the device holds at once;
 *   - access is by 16 bytes where every f32 buffer begins at a multiple of 16 bytes (a bf16 one of 8, codes of 4), by
 *     elements where one does not;
 *   - the bits are the CPU's, but for the last bit of powers (the math libraries differ) and of sums (another order).
 */
#ifndef GATUN_CUDA_H
#define GATUN_CUDA_H

#include "gatun.h"

/* Threads of a block, in one dimension. */
#define GATUN_CUDA_THREADS 256

/* A slab is cut into cells of so many elements, the last one shorter; a block works on one cell at a time. A cell lies
 * wherever its elements do: cell i is [i * GATUN_CUDA_CELL, (i + 1) * GATUN_CUDA_CELL), in ranges or not. */
#define GATUN_CUDA_CELL 4096

/* What the first kernel of a norm leaves for the second: one for each cell. */
typedef struct gatun_cuda_cell {
    double sum;                /* of squares, of the elements that are in ranges */
    int64_t first_non_finite;  /* the lowest of them that is infinite or NaN, or INT64_MAX */
} gatun_cuda_cell;

/* The same for each piece of a range in a cell: cells + range_count of them, range r's in cell i at i + r. */
typedef struct gatun_cuda_piece {
    double weights;     /* sum of squares of the weights */
    double directions;  /* sum of squares of the gradients, or of what a layer-wise rule measures */
} gatun_cuda_piece;

/* Both norms of a range. */
typedef struct gatun_cuda_norms {
    double weights;
    double directions;
} gatun_cuda_norms;

/* The bounds on the gradients' norm; updated in place by the caller between steps. */
typedef struct gatun_cuda_clipping {
    double clip_norm;   /* > 0: the bound of clipping by global norm; 0: off */
    double trust_norm;  /* > 0: LAMB's bound on the norm that is left; 0: off */
} gatun_cuda_clipping;

/*
 * Layer-wise rules are three launches:
 *   gatun_cuda_measure_<rule>: arguments of the step, then gatun_cuda_piece *pieces (cells + range_count), written for
 *       every piece. LAMB's moments are updated here.
 *   gatun_cuda_range_norms(ranges, range_count, pieces, norms): gatun_cuda_norms *norms (range_count), written; those
 *   of
 *       an empty range are 0.
 *   gatun_cuda_update_<rule>: arguments of the step, then const gatun_cuda_norms *norms.
 *
 * The gradients' norm is two, the second on one block:
 *   gatun_cuda_measure(ranges, range_count, elements, weights, gradients, cells, pieces): weights (elements) f32 may be
 *       NULL and count as 0 then; gatun_cuda_cell *cells (cells), written; gatun_cuda_piece *pieces (cells +
 *       range_count), written, or NULL. pieces are for gatun_cuda_range_norms: norms of every range.
 *       gatun_cuda_measure_weighted, with the same arguments, takes weight * gradient for the gradient.
 *   gatun_cuda_finish_norm(step, clipping, elements, cells, norm, first_non_finite): the two results of
 *       gatun_gradient_norm with the step's gradient_scale, and what follows from them for the step:
 *       finite norm: skip <- 0, step <- step + 1, average_first <- whether that is 1, clip_coefficient <- min(1,
 *       clip_norm /
 *                     (norm + 1e-6)), divided by max(1, norm * clip_coefficient / trust_norm);
 *       otherwise:    skip <- 1, and the step's number stays, so that a step that is skipped does not count.
 *       The host need not look at them: it launches this and the step's own kernel one after the other.
 *
 * gatun_cuda_perturb takes its coefficient as const double *coefficient (1), in device memory.
 */

#endif /* GATUN_CUDA_H */
