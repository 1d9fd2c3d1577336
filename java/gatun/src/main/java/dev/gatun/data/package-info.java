/**
 * Images on their way to the device: readers, normalization, augmentation and asynchronous prefetch. Whatever is
 * random here is a pure function of (seed, epoch, image), so that a run resumes anywhere with the same batches.
 */
@NullMarked
package dev.gatun.data;

import org.jspecify.annotations.NullMarked;
