/**
 * Data sets of named tensors on their way to the device: samplers, batches and asynchronous prefetch. Whatever is
 * random here is a pure function of (seed, epoch, example), so that a run resumes anywhere with the same batches.
 */
@NullMarked
package dev.gatun.data;

import org.jspecify.annotations.NullMarked;
