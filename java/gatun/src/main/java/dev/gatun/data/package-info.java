/**
 * Data sets of named tensors: samplers, batches and asynchronous prefetch. All randomness is a pure function of (seed,
 * epoch, example), so that a run resumes anywhere with the same batches.
 */
@NullMarked
package dev.gatun.data;

import org.jspecify.annotations.NullMarked;
